// Tells the page which unit's picture is clicked.
//
// A row of pictures is an element with `data-layer`, the layer's name. Each of its figures is a unit, in order; with
// `data-columns` its only figure holds all units as cells, that many in a row, and `data-units` says how many there are.
// Sent as a trigger: {layer, unit}.

let send = null;

function choose(event) {
  const figure = event.target.closest?.("[data-layer] > figure");
  if (!figure || !send) return;
  const { layer, columns, units } = figure.parentElement.dataset;
  const unit = columns ? cell(event, figure.querySelector("[role=img]"), Number(columns), Number(units))
    : [...figure.parentElement.children].indexOf(figure);
  if (unit !== null) send("unit", { layer, unit });
}

// The number of the cell that is clicked; null beside all cells.
function cell(event, picture, columns, units) {
  const box = picture.getBoundingClientRect();
  const rows = Math.ceil(units / columns);
  const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
  const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
  const unit = row * columns + column;
  return row >= 0 && column >= 0 && column < columns && unit < units ? unit : null;
}

export default function (component) {
  send = component.setTriggerValue;
  // The same function is added once only, however often this is called.
  document.addEventListener("click", choose);
  return () => document.removeEventListener("click", choose);
}
