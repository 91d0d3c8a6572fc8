// How a map is made: the forward pass at one position. See slide.js.

// What a layer makes of a value, in words.
function ruleText({ texts }, { layer, rule }, before, after, slope) {
  const values = { layer, before: number(before), after: number(after) };
  if (rule.kind === "maxpool") {
    if (Number.isNaN(after)) return fill(texts.no_window, values);
    return fill(slope ? texts.wins : texts.loses, values);
  }
  if (rule.kind === "prelu") return fill(before > 0 ? texts.stays : texts.prelu, { ...values, slope: number(rule.slope) });
  if (rule.kind === "batchnorm") {
    const { mean, deviation, weight, bias } = rule.norm;
    const numbers = { mean, deviation, weight, bias };
    return fill(texts.batchnorm, { ...values, ...Object.fromEntries(Object.entries(numbers).map(([k, v]) => [k, number(v)])) });
  }
  return fill(texts[rule.kind], values);
}

// The products of a window and a kernel, all channels' sums, the bias and what follows.
function convForward(view) {
  const { data, texts, colours } = view;
  const patch = grid(data.window, texts.patch, colours);
  const kernel = grid(data.window, texts.kernel, colours);
  const products = grid(data.window, "", colours);
  const channels = data.channels > 1 ? channelRow(view) : null;
  const lines = element("div", { class: "lines" });
  view.root.append(row(patch.element, sign("×"), kernel.element, sign("="), products.element));
  if (channels) view.root.append(channels.element);
  view.root.append(lines);
  const inputLimit = largest(data.inputs);
  const kernelLimit = largest(data.kernel);
  return () => {
    const { channel, position } = view.state;
    const seen = view.patch(channel);
    const weights = view.kernelOf(data.kernel, channel);
    const made = seen.map((value, spot) => value * weights[spot]);
    patch.set(seen, inputLimit, view.padKind());
    kernel.set(weights, kernelLimit);
    products.set(made);
    const sums = Array.from({ length: data.channels }, (_, each) => data.sums[each * view.count + position]);
    products.text.textContent = fill(data.channels > 1 ? texts.channel_sum : texts.products, { channel, sum: number(sums[channel]) });
    channels?.set(sums);
    lines.replaceChildren(...sumLines(view, sums, position));
  };
}

function sumLines({ data, texts }, sums, position) {
  const sum = sums.reduce((total, value) => total + value, 0);
  const value = sum + (data.bias ?? 0);
  const numbers = { sum: number(sum), value: number(value), bias: number(data.bias ?? 0), count: sums.length };
  const head = data.bias === null ? texts.sum : texts.sum_bias;
  const own = number(data.values[position]);
  const lines = [
    element("p", { class: "total", text: fill(head, numbers), "data-sum": numbers.value }),
    element("p", { class: "own", text: fill(texts.own, { value: own }), "data-value": own }),
  ];
  let before = data.values[position];
  for (const step of data.following) {
    const after = step.values[position];
    lines.push(element("p", { text: ruleText({ texts }, step, before, after, step.slopes[position]) }));
    // What no window covers goes nowhere.
    if (Number.isNaN(after)) break;
    before = after;
  }
  return lines;
}

// A picture for each input channel of its sums at all positions, to choose the one whose numbers are shown.
function channelRow(view) {
  const { data, texts, colours } = view;
  const limit = largest(data.sums);
  const buttons = Array.from({ length: data.channels }, (_, channel) => {
    const canvas = element("canvas");
    paint(canvas, data.sums.subarray(channel * view.count, (channel + 1) * view.count), data.size, limit, colours);
    const button = element("button", { type: "button" }, [canvas, element("span")]);
    button.addEventListener("click", () => view.choose(channel));
    return button;
  });
  const head = element("p", { text: fill(texts.channels, { count: data.channels }) });
  const box = element("div", { class: "channels" }, buttons);
  const set = (sums) => buttons.forEach((button, channel) => {
    const text = number(sums[channel]);
    button.lastChild.textContent = text;
    button.setAttribute("aria-label", fill(texts.channel, { channel, sum: text }));
    button.setAttribute("aria-pressed", String(channel === view.state.channel));
  });
  return { element: element("div", {}, [head, box]), set };
}

// The window of a pooling and which of its values is the largest.
function poolForward(view) {
  const { data, texts, colours } = view;
  const window = grid(data.window, texts.window, colours);
  const lines = element("div", { class: "lines" });
  view.root.append(row(window.element), lines);
  const limit = largest(data.inputs);
  return () => {
    const { position } = view.state;
    const pad = view.padKind();
    window.set(view.patch(0), limit, (spot) => (view.isWinner(spot) ? "winner" : pad(spot)));
    lines.replaceChildren(element("p", { class: "total", text: fill(texts.largest, { value: number(data.values[position]) }) }));
  };
}

// A value that goes through a function by itself.
function pointForward(view) {
  const { data, texts } = view;
  const lines = element("div", { class: "lines" });
  view.root.append(lines);
  return () => {
    const { position } = view.state;
    const text = ruleText({ texts }, { layer: texts.layer, rule: data.rule }, data.inputs[position], data.values[position], 1);
    lines.replaceChildren(element("p", { class: "total", text }));
  };
}
