// How a map is made: the backward pass at one position. See slide.js.

const MOST_DIGITS = 5;

// Where the gradient comes from, what it adds to the kernel's gradient, the step, and what is handed to the input.
function convBackward(view) {
  const { data, texts, colours } = view;
  const origin = element("div", { class: "lines" });
  const patch = grid(data.window, texts.patch, colours);
  const here = grid([1, 1], texts.gradient_here, colours);
  const part = grid(data.window, texts.part, colours);
  const soFar = grid(data.window, "", colours);
  const old = grid(data.window, texts.weight, colours);
  const whole = grid(data.window, fill(texts.weight_gradient, { count: view.count }), colours);
  const stepped = grid(data.window, texts.new_weight, colours);
  const weights = grid(data.window, texts.weight, colours);
  const back = grid(data.window, texts.back_here, colours);
  const share = picture("");
  const handed = picture("");
  const bias = element("div", { class: "lines" });
  view.root.append(
    origin,
    element("h4", { text: texts.to_weights }),
    row(here.element, sign("×"), patch.element, sign("="), part.element, sign("…"), soFar.element),
    element("h4", { text: fill(texts.step, { lr: data.lr }) }),
    row(old.element, sign(`− ${data.lr} ×`), whole.element, sign("="), stepped.element),
    bias,
    element("h4", { text: texts.to_input }),
    row(weights.element, sign(texts.times_gradient), back.element),
    row(share.element, handed.element),
  );
  if (data.bias !== null) bias.append(element("p", { text: fill(texts.bias_step, biasNumbers(data)) }));
  const [inputLimit, gradientLimit, kernelLimit] = [data.inputs, data.gradients, data.kernel].map(largest);
  const partLimits = [largest(data.weight_gradients), largest(data.share), largest(data.handed)];
  const digits = digitsOf(data.lr * partLimits[0]);
  let running = null;
  return () => {
    const { channel, position } = view.state;
    const [seen, kernel] = [view.patch(channel), view.kernelOf(data.kernel, channel)];
    const gradient = data.gradients[position];
    origin.replaceChildren(element("p", { class: "total", text: originText(view, position) }));
    patch.set(seen, inputLimit, view.padKind());
    here.set([gradient], gradientLimit);
    part.set(seen.map((value) => value * gradient), partLimits[0]);
    if (running?.channel !== channel) running = { channel, sums: runningSums(view, channel) };
    soFar.set(running.sums[position], partLimits[0]);
    soFar.text.textContent = fill(texts.so_far, { number: position + 1, count: view.count });
    old.set(kernel, kernelLimit, undefined, digits);
    whole.set(view.kernelOf(data.weight_gradients, channel), partLimits[0]);
    stepped.set(view.kernelOf(data.new_kernel, channel), kernelLimit, undefined, digits);
    weights.set(kernel, kernelLimit);
    back.set([...kernel].map((value) => value * gradient));
    for (const [each, name, limit] of [[share, "share", partLimits[1]], [handed, "handed", partLimits[2]]]) {
      paint(each.canvas, view.channelOf(data[name], channel), data.input_size, limit, colours, data.padding);
      view.placeWindow(each);
      each.text.textContent = fill(texts[name], { channel });
    }
  };
}

// So many digits after the point that a change of this size is seen, if a cell has room for them.
const digitsOf = (change) => (change > 0 ? Math.max(3, Math.min(MOST_DIGITS, 1 + Math.ceil(-Math.log10(change)))) : 3);

const biasNumbers = ({ bias, lr, bias_gradient: gradient, new_bias: stepped }) => (
  { bias: number(bias, MOST_DIGITS), lr, gradient: number(gradient), value: number(stepped, MOST_DIGITS) });

function originText({ data, texts }, position) {
  const value = number(data.gradients[position]);
  if (!data.origin) return fill(texts.gradient, { value });
  const [gradient, slope] = [data.origin.gradients[position], data.origin.slopes[position]];
  // What no window covers does not reach the loss.
  if (Number.isNaN(gradient)) return fill(texts.gradient, { value });
  return fill(texts.origin, { layer: data.origin.layer, gradient: number(gradient), slope: number(slope), value });
}

// For each position, the kernel's gradient as far as all positions up to this one make it.
function runningSums(view, channel) {
  let sum = new Float64Array(view.data.window[0] * view.data.window[1]);
  return Array.from({ length: view.count }, (_, position) => {
    const gradient = view.data.gradients[position];
    sum = view.patch(channel, position).reduce((total, value, spot) => {
      total[spot] += value * gradient;
      return total;
    }, Float64Array.from(sum));
    return sum;
  });
}

// Only the largest value of a window gets its gradient.
function poolBackward(view) {
  const { data, texts, colours } = view;
  const window = grid(data.window, texts.window, colours);
  const back = grid(data.window, texts.handed_window, colours);
  const handed = picture(texts.handed_all);
  const lines = element("div", { class: "lines" });
  view.root.append(row(window.element, sign("→"), back.element, handed.element), lines);
  const [limit, gradientLimit] = [largest(data.inputs), largest(data.gradients)];
  paint(handed.canvas, data.handed, data.input_size, largest(data.handed), colours, data.padding);
  return () => {
    const gradient = data.gradients[view.state.position];
    const pad = view.padKind();
    const kind = (spot) => (view.isWinner(spot) ? "winner" : pad(spot));
    const seen = view.patch(0);
    window.set(seen, limit, kind);
    back.set(seen.map((_, spot) => (view.isWinner(spot) ? gradient : 0)), gradientLimit, kind);
    view.placeWindow(handed);
    lines.replaceChildren(element("p", { class: "total", text: fill(texts.pool_back, { value: number(gradient) }) }));
  };
}

// The gradient times the slope of the function.
function pointBackward(view) {
  const { data, texts } = view;
  const lines = element("div", { class: "lines" });
  view.root.append(lines);
  return () => {
    const { position } = view.state;
    const values = {
      before: number(data.inputs[position]), gradient: number(data.gradients[position]),
      slope: number(data.slopes[position]), value: number(data.handed[position]),
    };
    lines.replaceChildren(element("p", { class: "total", text: fill(texts.point_back, values) }));
  };
}
