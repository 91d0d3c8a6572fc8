// How a map is made, position by position. The other slide_*.js files stand before this one in the same script.
//
// Data from the page (pages/components/anatomy/sliding.py); arrays are float32 in base64, row by row:
//   unit: tells maps apart. kind: conv, maxpool or point. pass: forward or backward. start [row, column]
//   channels, input_size, size, window, stride, padding: of the input, the map, and the window that slides
//   inputs, kernel, bias, sums, values, following, winners, rule: see core/anatomy/products.py
//   gradients, weight_gradients, new_kernel, …: see core/anatomy/backward.py
//   colours [above 0, below 0, chosen], texts: with fields such as {row}
// Nothing is sent back.

const ARRAYS = ["inputs", "kernel", "sums", "values", "gradients", "weight_gradients", "new_kernel", "share", "handed", "slopes"];
const DRAWERS = {
  conv: { forward: convForward, backward: convBackward },
  maxpool: { forward: poolForward, backward: poolBackward },
  point: { forward: pointForward, backward: pointBackward },
};
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
// Milliseconds that playing takes for all positions, and the least and the most for one.
const PLAY_MS = 12000;
const STEP_MS = [20, 250];

// What was last looked at in each direction. It stays when the image changes.
const looked = { forward: {}, backward: {} };

function unpackAll(sent) {
  const data = { ...sent };
  for (const name of ARRAYS) data[name] = unpack(sent[name]);
  data.following = (sent.following ?? []).map((step) => ({ ...step, values: unpack(step.values), slopes: unpack(step.slopes) }));
  if (sent.origin) data.origin = { ...sent.origin, gradients: unpack(sent.origin.gradients), slopes: unpack(sent.origin.slopes) };
  return data;
}

// What the drawers need: the data, and the parts of it that belong to a position.
function makeView(root, data) {
  const [height, width] = data.window;
  const [rows, columns] = data.input_size;
  const count = data.size[0] * data.size[1];
  const corner = (position) => [
    Math.floor(position / data.size[1]) * data.stride[0] - data.padding[0],
    (position % data.size[1]) * data.stride[1] - data.padding[1],
  ];
  // The row and column of each place of the window, with whether it lies on the input.
  const spots = (position) => {
    const [top, left] = corner(position);
    return Array.from({ length: height * width }, (_, spot) => {
      const [y, x] = [top + Math.floor(spot / width), left + (spot % width)];
      return { y, x, isInside: y >= 0 && x >= 0 && y < rows && x < columns };
    });
  };
  const view = { root, data, texts: data.texts, colours: data.colours, count, state: { position: 0, channel: 0 } };
  view.channelOf = (values, channel) => values.subarray(channel * rows * columns, (channel + 1) * rows * columns);
  view.kernelOf = (values, channel) => values.subarray(channel * height * width, (channel + 1) * height * width);
  view.patch = (channel, position = view.state.position) => spots(position).map(
    ({ y, x, isInside }) => (isInside ? data.inputs[(channel * rows + y) * columns + x] : 0));
  view.padKind = () => {
    const seen = spots(view.state.position);
    return (spot) => (seen[spot].isInside ? "" : "pad");
  };
  view.isWinner = (spot) => {
    const { y, x, isInside } = spots(view.state.position)[spot];
    return isInside && data.winners[view.state.position] === y * columns + x;
  };
  view.placeWindow = (shown) => {
    const [top, left] = corner(view.state.position);
    const whole = [rows + 2 * data.padding[0], columns + 2 * data.padding[1]];
    place(shown, [top + data.padding[0], left + data.padding[1]], data.window, whole);
  };
  return view;
}

// The two pictures on which the window slides, and what moves it.
function makeBoard(view) {
  const { data, texts, colours } = view;
  const source = picture("");
  const target = picture(data.pass === "forward" ? texts.output : texts.gradients, {
    tabindex: "0", role: "application", "aria-label": texts.keys, class: "picture target",
  });
  const values = data.pass === "forward" ? data.values : data.gradients;
  paint(target.canvas, values, data.size, largest(values), colours);
  const sliders = [texts.row, texts.column].map((name, axis) => slider(name, data.size[axis], (value) => {
    const spot = [Math.floor(view.state.position / data.size[1]), view.state.position % data.size[1]];
    spot[axis] = value;
    view.move(spot);
  }));
  const channels = data.channels > 1 ? [slider(texts.channel_name, data.channels, (channel) => view.choose(channel))] : [];
  const play = element("button", { type: "button", class: "play", text: texts.play });
  const controls = element("div", { class: "controls" }, [...[...sliders, ...channels].map((each) => each.element), play]);
  view.root.append(row(source.element, sign(data.pass === "forward" ? "→" : "←"), target.element, controls));
  listen(view, target.box);
  play.addEventListener("click", () => (view.timer ? view.stop() : view.start()));
  return { source, target, sliders: [...sliders, ...channels], play, limit: largest(data.inputs), channel: null };
}

// A slider from 0 to count − 1 with its value beside it.
function slider(name, count, onInput) {
  const input = element("input", { type: "range", min: 0, max: count - 1, step: 1, "aria-label": name });
  const said = element("span");
  input.addEventListener("input", () => onInput(Number(input.value)));
  const set = (value) => {
    input.value = value;
    said.textContent = value;
  };
  return { element: element("label", {}, [element("b", { text: name }), input, said]), set };
}

function listen(view, box) {
  const { size } = view.data;
  const at = (event) => {
    const frame = box.getBoundingClientRect();
    const inside = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    view.move([inside((event.clientY - frame.top) / frame.height, size[0]), inside((event.clientX - frame.left) / frame.width, size[1])]);
  };
  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    at(event);
  });
  box.addEventListener("pointermove", (event) => event.buttons && at(event));
  box.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [y, x] = [Math.floor(view.state.position / size[1]), view.state.position % size[1]];
    view.move([Math.max(0, Math.min(size[0] - 1, y + step[0])), Math.max(0, Math.min(size[1] - 1, x + step[1]))]);
  });
}

function drawBoard(view, board) {
  const { data, texts, colours, state } = view;
  const [y, x] = [Math.floor(state.position / data.size[1]), state.position % data.size[1]];
  if (board.channel !== state.channel) {
    board.channel = state.channel;
    paint(board.source.canvas, view.channelOf(data.inputs, state.channel), data.input_size, board.limit, colours, data.padding);
    board.source.text.textContent = fill(data.channels > 1 ? texts.input_channel : texts.input, { channel: state.channel });
  }
  view.placeWindow(board.source);
  place(board.target, [y, x], [1, 1], data.size);
  [y, x, state.channel].forEach((value, place) => board.sliders[place]?.set(value));
}

// The channel whose products add up to most at the first position, or whose kernel has the largest gradient.
function strongestChannel({ data, count, kernelOf }, position) {
  const size = (channel) => (data.pass === "backward" ? largest(kernelOf(data.weight_gradients, channel))
    : Math.abs(data.sums[channel * count + position]));
  const sizes = Array.from({ length: data.channels }, (_, channel) => size(channel));
  return sizes.indexOf(Math.max(...sizes));
}

function begin(root, sent) {
  const data = unpackAll(sent);
  root.replaceChildren();
  const view = makeView(root, data);
  const last = looked[data.pass];
  const start = data.start[0] * data.size[1] + data.start[1];
  if (last.unit !== data.unit) Object.assign(last, { unit: data.unit, position: start, channel: null });
  view.state.position = Math.min(last.position, view.count - 1);
  // A single channel needs no choice, and a pooling has no sums to choose by.
  view.state.channel = data.channels > 1 ? last.channel ?? strongestChannel(view, view.state.position) : 0;
  const board = makeBoard(view);
  const draw = DRAWERS[data.kind][data.pass](view);
  const show = () => {
    Object.assign(last, view.state);
    drawBoard(view, board);
    draw();
  };
  view.choose = (channel) => { view.state.channel = channel; show(); };
  view.go = (position) => { view.state.position = position; show(); };
  view.move = ([y, x]) => { view.stop(); view.go(y * data.size[1] + x); };
  view.stop = () => {
    clearInterval(view.timer);
    view.timer = null;
    board.play.textContent = data.texts.play;
  };
  view.start = () => {
    const step = Math.max(STEP_MS[0], Math.min(STEP_MS[1], PLAY_MS / view.count));
    board.play.textContent = data.texts.pause;
    // Played to the end, or never, it begins at the first position.
    if (!view.isPaused || view.state.position === view.count - 1) view.go(0);
    view.isPaused = true;
    view.timer = setInterval(() => {
      if (view.state.position === view.count - 1) view.stop();
      else view.go(view.state.position + 1);
    }, step);
  };
  show();
  return view;
}

const views = new WeakMap();

export default function ({ data, parentElement }) {
  const before = views.get(parentElement);
  const text = JSON.stringify(data);
  // The page runs again for many reasons; only other data begin anew.
  if (before?.text !== text) {
    before?.view.stop();
    views.set(parentElement, { text, view: begin(parentElement.querySelector(".slide"), data) });
  }
  return () => views.get(parentElement)?.view.stop();
}
