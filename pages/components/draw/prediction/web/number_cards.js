// Lets a click on a number's card choose its digit, by pressing the digit's button.

function choose(event) {
  const card = event.target.closest?.(".lab-number li");
  if (!card) return;
  const place = [...card.parentElement.children].indexOf(card);
  document.querySelectorAll(".st-key-digit [role=radio]")[place]?.click();
}

export default function () {
  // The same function is added once only, however often this is called.
  document.addEventListener("click", choose);
  return () => document.removeEventListener("click", choose);
}
