// A canvas that sends its drawing while a stroke is drawn and when it ends.
//
// Data from the page:
//   size [width, height], brush (width of a line): in the drawing's pixels, however large the canvas is shown
//   ink: the lines' colour
//   label: what a screen reader calls the canvas
//   start {rev, strokes, seen}: a drawing to show, taken when the number rev is new; seen is the number of the last
//     message that went into it
//   changes: a selector of the buttons by which the page changes the drawing
//   seen: number of the last message that the page has taken
// State sent: {number, rev, strokes}, where rev is the number of the drawing from the page that the strokes go on from.
// A stroke is {width, points: [x, y, x, y, …]}.

// Milliseconds between two messages while a stroke is drawn, at least.
const LEAST_MS = 40;
// Milliseconds after which the next one is sent even though the page has not answered.
const PATIENCE_MS = 1000;

function begin(component) {
  const canvas = component.parentElement.querySelector("canvas");
  // A stroke also has `after`, the number of the last message before it began.
  const state = { canvas, strokes: [], stroke: null, rev: null, sent: 0, seen: 0, sentAt: 0, unsent: false, timer: null };
  Object.assign(state, { heldUntil: 0, watch: null });

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return [x, y].map((length) => Math.round((length / box.width) * state.size[0] * 10) / 10);
  };
  const follow = (event) => {
    if (!state.stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) state.stroke.points.push(...place(each));
    paint(state);
    sendSoon(state);
  };
  const finish = () => {
    if (!state.stroke) return;
    state.stroke = null;
    if (performance.now() < state.heldUntil) sendSoon(state);
    else send(state);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || state.stroke) return;
    canvas.setPointerCapture(event.pointerId);
    state.stroke = { width: state.brush, points: place(event), after: state.sent };
    state.strokes.push(state.stroke);
    paint(state);
    sendSoon(state);
  });
  canvas.addEventListener("pointermove", follow);
  canvas.addEventListener("pointerup", finish);
  canvas.addEventListener("pointercancel", finish);
  new ResizeObserver(() => paint(state)).observe(canvas);
  return state;
}

// Lets what is drawn after a click on Undo or Clear wait for the page's answer: a busy page hears of both at once, and
// would take the new stroke for the one that the click is about.
function watch(state) {
  const watching = new AbortController();
  const hold = (event) => {
    if (event.target.closest?.(state.changes)) state.heldUntil = performance.now() + PATIENCE_MS;
  };
  window.addEventListener("click", hold, { capture: true, signal: watching.signal });
  return watching;
}

// Sends the drawing at once.
function send(state) {
  clearTimeout(state.timer);
  Object.assign(state, { timer: null, unsent: false, sentAt: performance.now(), sent: state.sent + 1 });
  const strokes = state.strokes.map(({ width, points }) => ({ width, points: [...points] }));
  state.setStateValue("drawing", { number: state.sent, rev: state.rev, strokes });
}

// Sends the drawing as soon as the page has answered the last message and the least time has passed.
function sendSoon(state) {
  state.unsent = true;
  if (state.timer) return;
  const due = state.sentAt + (state.seen < state.sent ? PATIENCE_MS : LEAST_MS);
  const wait = Math.max(due, state.heldUntil) - performance.now();
  if (wait <= 0) send(state);
  else state.timer = setTimeout(() => { state.timer = null; sendSoon(state); }, wait);
}

// Notes the page's answer: what waits for it may be sent after the least time.
function hear(state, seen) {
  state.seen = seen;
  if (!state.timer || state.seen < state.sent) return;
  clearTimeout(state.timer);
  state.timer = null;
  if (state.unsent) sendSoon(state);
}

function paint(state) {
  const { canvas } = state;
  const scale = ((window.devicePixelRatio || 1) * canvas.clientWidth) / state.size[0];
  const [width, height] = state.size.map((length) => Math.round(length * scale));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, ...state.size);
  Object.assign(pen, { lineCap: "round", lineJoin: "round", strokeStyle: state.ink });
  for (const { width: line, points } of state.strokes) {
    pen.lineWidth = line;
    pen.beginPath();
    pen.moveTo(points[0], points[1]);
    for (let i = 2; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
    // A line of no length is not painted; one of almost no length is painted as a dot.
    if (points.length === 2) pen.lineTo(points[0] + 0.01, points[1]);
    pen.stroke();
  }
}

const canvases = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  if (!canvases.has(parentElement)) canvases.set(parentElement, begin(component));
  const state = canvases.get(parentElement);
  state.setStateValue = component.setStateValue;
  state.brush = data.brush;
  state.ink = data.ink;
  state.size = data.size;
  state.changes = data.changes;
  state.watch ??= watch(state);
  state.canvas.style.aspectRatio = data.size.join(" / ");
  state.canvas.setAttribute("aria-label", data.label);
  if (state.rev !== data.start.rev) {
    state.rev = data.start.rev;
    state.heldUntil = 0;
    // Strokes that the page had not heard of when it made this drawing stay, and one that is being drawn goes on.
    const unheard = state.strokes.filter((stroke) => stroke.after >= data.start.seen);
    state.strokes = [...structuredClone(data.start.strokes), ...unheard];
    if (!unheard.includes(state.stroke)) state.stroke = null;
    if (unheard.length) sendSoon(state);
    // Numbers go on from what the page has seen, even after this canvas was taken away and put back.
    state.sent = Math.max(state.sent, data.seen);
    requestAnimationFrame(() => paint(state));
  }
  hear(state, data.seen);
  return () => {
    state.watch?.abort();
    state.watch = null;
  };
}
