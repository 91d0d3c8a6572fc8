// Lets the reader point at the photograph: a drag draws the part that is read, a click on a digit's box chooses it.
//
// Data from the page:
//   boxes [[left, top, right, bottom]]: of the digits, in the order of the page, as shares of the photograph's sides
//   frame [left, top, width, height]: of the photograph within its square image, as shares of the image
// State sent: part {number, box}: a rectangle in shares of the photograph's sides; each has a new number.

// Pixels. A shorter drag is a click.
const LEAST = 8;

let current = null;

const inside = (value) => Math.max(0, Math.min(1, value));

// A place in the window as shares of the photograph's sides.
function share(image, { clientX, clientY }) {
  const box = image.getBoundingClientRect();
  const [left, top, width, height] = current.data.frame;
  return [
    ((clientX - box.left) / box.width - left) / width,
    ((clientY - box.top) / box.height - top) / height,
  ];
}

function outline() {
  const shown = document.createElement("div");
  shown.style.cssText = "position: fixed; z-index: 1000; pointer-events: none; border: 2px dashed #f59e0b; "
    + "background: rgb(245 158 11 / 15%);";
  document.body.append(shown);
  return shown;
}

function begin(event) {
  const image = event.target.closest?.(".lab-photo img");
  if (!image || !current || event.button !== 0) return;
  event.preventDefault();
  const start = event;
  let shown = null;
  const isDrag = (at) => Math.hypot(at.clientX - start.clientX, at.clientY - start.clientY) >= LEAST;
  const move = (at) => {
    if (at.pointerId !== start.pointerId || !(shown || isDrag(at))) return;
    shown ??= outline();
    const [x, y] = [Math.min(at.clientX, start.clientX), Math.min(at.clientY, start.clientY)];
    shown.style.left = `${x}px`;
    shown.style.top = `${y}px`;
    shown.style.width = `${Math.abs(at.clientX - start.clientX)}px`;
    shown.style.height = `${Math.abs(at.clientY - start.clientY)}px`;
  };
  const end = (at) => {
    if (at.pointerId !== start.pointerId) return;
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    shown?.remove();
    if (at.type === "pointercancel" || !current) return;
    const [one, other] = [share(image, start), share(image, at)];
    if (!shown) return choose(one);
    const low = one.map((value, axis) => inside(Math.min(value, other[axis])));
    const high = one.map((value, axis) => inside(Math.max(value, other[axis])));
    if (low[0] < high[0] && low[1] < high[1]) {
      current.setStateValue("part", { number: Date.now(), box: [...low, ...high] });
    }
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
}

// Presses the button of the digit whose box is here; of several boxes, of the one whose middle is nearest.
function choose([x, y]) {
  let [best, nearest] = [-1, Infinity];
  current.data.boxes.forEach(([left, top, right, bottom], place) => {
    if (x < left || x > right || y < top || y > bottom) return;
    const distance = Math.hypot(x - (left + right) / 2, y - (top + bottom) / 2);
    if (distance < nearest) [best, nearest] = [place, distance];
  });
  if (best >= 0) document.querySelectorAll(".st-key-digit [role=radio]")[best]?.click();
}

export default function (component) {
  current = component;
  // The same function is added once only, however often this is called.
  document.addEventListener("pointerdown", begin);
  return () => {
    document.removeEventListener("pointerdown", begin);
    current = null;
  };
}
