// How a map is made: helpers that draw. See slide.js.

// The opacity of the strongest colour behind a number, which stays readable on it.
const TINT = 0.4;

function unpack(text) {
  const bytes = Uint8Array.from(atob(text || ""), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

// An element with attributes; `text` and `class` are what they say.
function element(tag, { text, class: kind, ...attributes } = {}, children = []) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// A text with its fields, such as {row}, filled in.
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// So many digits after the point, or three that count where a number is too small or too large for that.
function number(value, digits = 3) {
  const size = Math.abs(value);
  const isWhole = Number.isInteger(value) && size < 10000;
  const text = isWhole ? String(value) : size >= 10 ** (1 - digits) && size < 10000 ? value.toFixed(digits) : value.toExponential(2);
  return text.replaceAll("-", "−").replace("e+", "e");
}

const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function tint(value, limit, colours, full) {
  const strength = Math.round(100 * full * Math.min(1, Math.abs(value) / (limit || 1)));
  return `color-mix(in srgb, ${colours[value > 0 ? 0 : 1]} ${strength}%, transparent)`;
}

// Numbers as a picture; [rows, columns] with a margin [rows, columns] around that stays empty.
function paint(canvas, values, [rows, columns], limit, colours, margin = [0, 0]) {
  Object.assign(canvas, { width: columns + 2 * margin[1], height: rows + 2 * margin[0] });
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(columns, rows);
  const parts = colours.map((colour) => [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16)));
  values.forEach((value, place) => {
    const strength = Math.min(1, Math.abs(value) / (limit || 1));
    image.data.set([...parts[value > 0 ? 0 : 1], Math.round(255 * strength)], 4 * place);
  });
  pen.putImageData(image, margin[1], margin[0]);
}

// A picture with a caption and a frame that marks a part of it.
function picture(caption, options = {}) {
  const canvas = element("canvas");
  const frame = element("i", { class: "frame" });
  const box = element("div", { class: "picture", ...options }, [canvas, frame]);
  const text = element("figcaption", { text: caption });
  return { element: element("figure", {}, [box, text]), canvas, frame, box, text };
}

// Puts the frame on rows and columns of a picture of this size, all counted from its upper left.
function place({ frame }, [row, column], [height, width], [rows, columns]) {
  Object.assign(frame.style, {
    top: `${(100 * row) / rows}%`, left: `${(100 * column) / columns}%`,
    height: `${(100 * height) / rows}%`, width: `${(100 * width) / columns}%`,
  });
}

// Numbers in a grid. `set(values, limit, kind, digits)` fills it; `kind` gives the class of a cell by its place.
function grid([rows, columns], caption, colours) {
  const cells = Array.from({ length: rows * columns }, () => element("span"));
  const box = element("div", { class: "cells", style: `--columns:${columns}` }, cells);
  const text = element("figcaption", { text: caption });
  const set = (values, limit = largest(values), kind = () => "", digits = 3) => cells.forEach((cell, spot) => {
    cell.textContent = number(values[spot], digits);
    cell.title = String(values[spot]);
    cell.className = kind(spot);
    cell.style.background = tint(values[spot], limit, colours, TINT);
  });
  return { element: element("figure", { class: "grid" }, [box, text]), set, text };
}

const sign = (text) => element("span", { text, class: "sign", "aria-hidden": "true" });
const row = (...children) => element("div", { class: "row" }, children);
