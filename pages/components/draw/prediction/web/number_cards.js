// Lets a click on a digit in the number or on its card choose it, by pressing the digit's button.

function choose(event) {
  const place = event.target.closest?.(".lab-number [data-place]")?.dataset.place;
  if (place) document.querySelectorAll(".st-key-digit [role=radio]")[place]?.click();
}

export default function () {
  // The same function is added once only, however often this is called.
  document.addEventListener("click", choose);
  return () => document.removeEventListener("click", choose);
}
