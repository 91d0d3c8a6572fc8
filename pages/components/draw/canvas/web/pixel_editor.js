// A picture of 28×28 pixels to be painted with keys, mouse or finger.
//
// Data from the page:
//   start {rev, pixels}: a picture to show, two hexadecimal digits a pixel row by row, taken when the number rev is new
//   soft: whether the pen has a soft edge and is as wide as MNIST's lines, or is a single pixel
//   texts {role, label, place, paper, ink, shade}: what is said to a screen reader, with fields such as {row}
// State sent: {rev, pixels}.

const SIDE = 28;
// Pixels of the canvas along a side of a pixel of the picture.
const ZOOM = 20;
// Milliseconds after the last change at which the picture is sent.
const SEND_MS = 150;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function begin({ parentElement }) {
  const root = parentElement.querySelector(".editor");
  const canvas = root.querySelector("canvas");
  const state = {
    root, canvas, said: root.querySelector("[aria-live]"), pixels: new Uint8Array(SIDE * SIDE), x: 14, y: 14, rev: null,
    shade: null, last: null, timer: null,
  };
  Object.assign(canvas, { width: SIDE * ZOOM, height: SIDE * ZOOM });

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (press(state, event)) event.preventDefault();
  });
  root.addEventListener("focus", () => { paint(state); say(state); });
  root.addEventListener("blur", () => { state.last = null; paint(state); });
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const inside = (value) => Math.max(0, Math.min(SIDE - 1, Math.floor(value)));
    return [inside(((event.clientX - box.left) / box.width) * SIDE), inside(((event.clientY - box.top) / box.height) * SIDE)];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    [state.x, state.y] = at(event);
    state.last = null;
    // What begins on ink rubs out.
    state.shade = value(state) > 127 ? 0 : 255;
    put(state, state.shade);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (state.shade === null) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) walk(state, at(each));
    paint(state);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => {
    state.shade = null;
    // Whatever is clicked next reaches the page after the picture.
    if (state.timer !== null) send(state);
  });
  return state;
}

const value = (state) => state.pixels[state.y * SIDE + state.x];

// What a key does; true when it does something.
function press(state, event) {
  const step = STEPS[event.key];
  if (step) {
    state.x = Math.max(0, Math.min(SIDE - 1, state.x + step[0]));
    state.y = Math.max(0, Math.min(SIDE - 1, state.y + step[1]));
    if (event.shiftKey) put(state, 255);
  } else if (event.key === " " || event.key === "Enter") toggle(state);
  else if (event.key === "Delete" || event.key === "Backspace") put(state, 0);
  else if (/^[0-9]$/.test(event.key)) put(state, Math.round((Number(event.key) / 9) * 255), true);
  else return false;
  paint(state);
  say(state);
  return true;
}

// Makes paper ink and ink paper. A step further it does the same as before, so that the keys draw and rub out lines: the
// soft pen has already darkened that place, which would else be turned back.
function toggle(state) {
  const { x, y, last } = state;
  const isNext = last && Math.max(Math.abs(x - last.x), Math.abs(y - last.y)) === 1;
  const shade = isNext ? last.shade : value(state) > 127 ? 0 : 255;
  state.last = { x, y, shade };
  put(state, shade);
}

// Paints every pixel on the way to the new place, however fast the pen is.
function walk(state, [x, y]) {
  const count = Math.max(Math.abs(x - state.x), Math.abs(y - state.y));
  const [fromX, fromY] = [state.x, state.y];
  for (let i = 1; i <= count; i += 1) {
    state.x = Math.round(fromX + ((x - fromX) * i) / count);
    state.y = Math.round(fromY + ((y - fromY) * i) / count);
    put(state, state.shade);
  }
}

// Puts a shade at the present place. A soft pen also darkens or lightens what is around it.
function put(state, shade, single = false) {
  const reach = state.soft && !single ? 1 : 0;
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      const [x, y] = [state.x + dx, state.y + dy];
      if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) continue;
      const place = y * SIDE + x;
      // A round tip 2.4 pixels wide, with an edge of a pixel.
      const part = Math.min(1, 1.7 - Math.hypot(dx, dy));
      if (!reach) state.pixels[place] = shade;
      else if (shade) state.pixels[place] = Math.max(state.pixels[place], Math.round(shade * part));
      else if (part > 0.5) state.pixels[place] = 0;
    }
  }
  paint(state);
  sendSoon(state);
}

function send(state) {
  clearTimeout(state.timer);
  state.timer = null;
  const pixels = Array.from(state.pixels, (shade) => shade.toString(16).padStart(2, "0")).join("");
  state.setStateValue("picture", { rev: state.rev, pixels });
}

function sendSoon(state) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => send(state), SEND_MS);
}

function paint({ canvas, pixels, root, x, y }) {
  const pen = canvas.getContext("2d");
  for (let place = 0; place < pixels.length; place += 1) {
    const shade = pixels[place];
    pen.fillStyle = `rgb(${shade} ${shade} ${shade})`;
    pen.fillRect((place % SIDE) * ZOOM, Math.floor(place / SIDE) * ZOOM, ZOOM, ZOOM);
  }
  pen.strokeStyle = "rgb(255 255 255 / 9%)";
  pen.lineWidth = 1;
  pen.beginPath();
  for (let line = 0; line <= SIDE; line += 1) {
    pen.moveTo(line * ZOOM, 0);
    pen.lineTo(line * ZOOM, SIDE * ZOOM);
    pen.moveTo(0, line * ZOOM);
    pen.lineTo(SIDE * ZOOM, line * ZOOM);
  }
  pen.stroke();
  if (!root.matches(":focus-visible")) return;
  pen.strokeStyle = "#f59e0b";
  pen.lineWidth = 4;
  pen.strokeRect(x * ZOOM + 2, y * ZOOM + 2, ZOOM - 4, ZOOM - 4);
}

function say(state) {
  const [ink, { texts }] = [value(state), state];
  const percent = Math.round((ink / 255) * 100);
  const shade = ink === 0 ? texts.paper : ink === 255 ? texts.ink : fill(texts.shade, { percent });
  state.said.textContent = fill(texts.place, { row: state.y + 1, column: state.x + 1, shade });
}

// A text with its fields, such as {row}, filled in.
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const editors = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  if (!editors.has(parentElement)) editors.set(parentElement, begin(component));
  const state = editors.get(parentElement);
  state.setStateValue = component.setStateValue;
  Object.assign(state, { soft: data.soft, texts: data.texts });
  state.root.setAttribute("aria-roledescription", data.texts.role);
  state.root.setAttribute("aria-label", data.texts.label);
  if (state.rev !== data.start.rev) {
    state.rev = data.start.rev;
    clearTimeout(state.timer);
    state.timer = state.last = null;
    for (let place = 0; place < SIDE * SIDE; place += 1) {
      state.pixels[place] = parseInt(data.start.pixels.slice(2 * place, 2 * place + 2), 16);
    }
    paint(state);
  }
}
