// A canvas that tells of a stroke while it is drawn.
//
// data: size [width, height]; start {rev, strokes}: what to show, taken when rev is new; brush: the line's width; ink: its
// colour; seen: number of the last message that the page has taken. State sent: {number, rev, strokes}. A stroke is {width, points: [x, y, x, y, …]}.

// Two messages are at least this far apart, so that the page is not asked anew before it has answered.
const LEAST_MS = 40;
// After this long without an answer the next message is sent all the same.
const PATIENCE_MS = 1000;

function begin(component) {
  const canvas = component.parentElement.querySelector("canvas");
  const state = { canvas, strokes: [], stroke: null, rev: null, sent: 0, seen: 0, sentAt: 0, waiting: 0, timer: null };

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return [x * (canvas.clientWidth / box.width), y * (canvas.clientHeight / box.height)].map((v) => Math.round(v * 10) / 10);
  };
  const follow = (event) => {
    if (!state.stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) state.stroke.points.push(...place(each));
    paint(state);
    send(state);
  };
  const finish = () => {
    if (!state.stroke) return;
    state.stroke = null;
    send(state);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || state.stroke) return;
    canvas.setPointerCapture(event.pointerId);
    state.stroke = { width: state.brush, points: place(event) };
    state.strokes.push(state.stroke);
    paint(state);
    send(state);
  });
  canvas.addEventListener("pointermove", follow);
  canvas.addEventListener("pointerup", finish);
  canvas.addEventListener("pointercancel", finish);
  return state;
}

// Sends the drawing now, or as soon as the page has answered and the least time is over.
function send(state) {
  state.unsent = true;
  if (state.timer) return;
  const now = performance.now();
  const patience = state.seen < state.sent ? PATIENCE_MS : LEAST_MS;
  const due = state.sentAt + patience;
  if (now < due) {
    state.timer = setTimeout(() => { state.timer = null; send(state); }, due - now);
    return;
  }
  state.unsent = false;
  state.sent += 1;
  state.sentAt = now;
  state.setStateValue("drawing", { number: state.sent, rev: state.rev, strokes: state.strokes });
}

// The page has answered: what waits for that need not be patient any longer.
function hear(state, seen) {
  state.seen = seen;
  if (!state.timer || state.seen < state.sent) return;
  clearTimeout(state.timer);
  state.timer = null;
  if (state.unsent) send(state);
}

function paint(state) {
  const { canvas } = state;
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  Object.assign(pen, { lineCap: "round", lineJoin: "round", strokeStyle: state.ink });
  for (const { width: line, points } of state.strokes) {
    pen.lineWidth = line;
    pen.beginPath();
    pen.moveTo(points[0], points[1]);
    for (let i = 2; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
    // A line of no length is not painted; one of hardly any is, as a dot.
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
  [state.canvas.style.width, state.canvas.style.height] = data.size.map((length) => `${length}px`);
  if (state.rev !== data.start.rev) {
    state.rev = data.start.rev;
    state.stroke = null;
    state.strokes = structuredClone(data.start.strokes);
    // Numbers go on from what the page has seen, even after this canvas was taken away and put back.
    state.sent = Math.max(state.sent, data.seen);
    requestAnimationFrame(() => paint(state));
  }
  hear(state, data.seen);
}
