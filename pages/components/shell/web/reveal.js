// Scrolls to a part of the page when the reader has opened something in it that begins below the window's middle.
//
// Data from the page:
//   part: key of the container
//   shown: what is open in it, or null

const before = new WeakMap();

export default function ({ data, parentElement }) {
  // What is open when the page is visited was not opened by a click.
  const isNew = before.has(parentElement) && before.get(parentElement) !== data.shown;
  before.set(parentElement, data.shown);
  if (!isNew || data.shown === null) return;
  const part = document.querySelector(`.st-key-${data.part}`);
  const { top } = part.getBoundingClientRect();
  if (top >= 0 && top < window.innerHeight / 2) return;
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  part.scrollIntoView({ block: "start", behavior: isCalm ? "auto" : "smooth" });
}
