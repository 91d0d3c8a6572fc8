// Tells the page which test image is clicked, or chosen by Enter or Space.
//
// An image is an element with `data-image`, its index in the test set. Sent as a trigger: the index.

let send = null;

function choose(event) {
  const image = event.target.closest?.("[data-image]");
  if (image && send) send("image", Number(image.dataset.image));
}

function press(event) {
  if ((event.key === "Enter" || event.key === " ") && event.target.matches?.("[data-image]")) {
    event.preventDefault();
    choose(event);
  }
}

export default function (component) {
  send = component.setTriggerValue;
  // The same functions are added once only, however often this is called.
  document.addEventListener("click", choose);
  document.addEventListener("keydown", press);
  // Images are drawn before anybody listens; from now on they look as if they could be clicked.
  document.body.dataset.hearsImages = "";
  return () => {
    delete document.body.dataset.hearsImages;
    document.removeEventListener("click", choose);
    document.removeEventListener("keydown", press);
  };
}
