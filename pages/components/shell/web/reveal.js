// Scrolls to a part of the page when the reader has opened something in it that begins below the window's middle.
//
// Data from the page:
//   part: key of the container
//   shown: what is open in it, or null

// What is drawn after this element makes the page longer for this long, in milliseconds, on a slow machine.
const PATIENCE = 10_000;
// What a reader does to go elsewhere ends the scrolling.
const READER = ["wheel", "touchmove", "pointerdown", "keydown"];

const before = new WeakMap();

export default function ({ data, parentElement }) {
  // What is open when the page is visited was not opened by a click.
  const isNew = before.has(parentElement) && before.get(parentElement) !== data.shown;
  before.set(parentElement, data.shown);
  if (isNew && data.shown !== null) keepInView(`.st-key-${data.part}`);
}

function keepInView(selector) {
  const bring = () => {
    const part = document.querySelector(selector);
    if (!part) return;
    const { top } = part.getBoundingClientRect();
    if (top >= 0 && top < window.innerHeight / 2) return;
    const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    part.scrollIntoView({ block: "start", behavior: isCalm ? "auto" : "smooth" });
  };
  // A page that is still too short cannot be scrolled far enough, and what is drawn above moves the part away.
  const watch = new ResizeObserver(bring);
  const page = document.querySelector("[data-testid=stMainBlockContainer]");
  watch.observe(page);
  const end = () => {
    watch.disconnect();
    clearTimeout(limit);
    READER.forEach((kind) => window.removeEventListener(kind, end));
  };
  const limit = setTimeout(end, PATIENCE);
  READER.forEach((kind) => window.addEventListener(kind, end, { passive: true }));
  bring();
}
