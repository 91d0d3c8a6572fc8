// Shows the image of the point under the pointer, cut out of one sheet of all test images.
//
// data: `sheet`, the address of the sheet; `side`, pixels of an image's side; `columns`, images in a row;
// `plots`, a selector of the plots to listen to. The `customdata` of a plot's point is the number of its image.

const ZOOM = 3;
// Pixels between the point and its image.
const GAP = 14;
const listened = new WeakSet();
let sheet = null;
let layout = null;
let picture = null;

function show(event) {
  const number = event.points?.[0]?.customdata;
  if (number === undefined || !sheet?.complete) return;
  const { side, columns } = layout;
  const pen = picture.getContext("2d");
  pen.imageSmoothingEnabled = false;
  const left = (number % columns) * side, top = Math.floor(number / columns) * side;
  pen.drawImage(sheet, left, top, side, side, 0, 0, picture.width, picture.height);
  // Above and to the left, since the plot's own label is to the right.
  const { clientX, clientY } = event.event;
  picture.style.left = `${Math.max(clientX - picture.width - GAP, 0)}px`;
  picture.style.top = `${Math.max(clientY - picture.height - GAP, 0)}px`;
  picture.style.display = "block";
}

function hide() {
  if (picture) picture.style.display = "none";
}

function listen(event) {
  const plot = event.target.closest?.(layout.plots);
  if (!plot) return hide();
  if (listened.has(plot) || !plot.on) return undefined;
  listened.add(plot);
  plot.on("plotly_hover", show);
  plot.on("plotly_unhover", hide);
  return undefined;
}

export default function (component) {
  layout = component.data;
  if (sheet?.src !== layout.sheet) {
    sheet = new Image();
    sheet.src = layout.sheet;
  }
  if (!picture) {
    picture = document.createElement("canvas");
    picture.className = "lab-hovered";
    picture.setAttribute("aria-hidden", "true");
    picture.width = picture.height = ZOOM * layout.side;
    picture.style.cssText =
      "position:fixed; display:none; pointer-events:none; z-index:1000; border-radius:6px; outline:1px solid #8886";
    document.body.append(picture);
  }
  // The same function is added once only, however often this is called.
  document.addEventListener("mouseover", listen);
  return () => {
    document.removeEventListener("mouseover", listen);
    hide();
  };
}
