// Makes streamlit-drawable-canvas send a stroke when it ends, and readable for those who do not see it.
//
// Data from the page:
//   label: what a screen reader calls the canvas
//
// Presses the button with which streamlit-drawable-canvas sends its drawing, whenever a stroke ends.
//
// The package itself sends a drawing 200 ms after the last stroke. Whatever the reader clicks within that time would
// reach the server before the stroke.
//
// The package's toolbar is cut off (see canvas.py), so that its buttons would be stops of the Tab key that nobody sees.

const SEND = 'button[aria-label="Update the app with this drawing"]';

function watch(signal) {
  // The package's element in which a stroke has begun.
  let root = null;
  const begin = (event) => {
    root = event.composedPath().find((node) => node.classList?.contains("dc-root")) ?? null;
  };
  // Events reach the window last, so the package has added the stroke to its drawing before.
  const end = () => {
    root?.querySelector(SEND)?.click();
    root = null;
  };
  window.addEventListener("pointerdown", begin, { signal, capture: true });
  for (const name of ["mouseup", "touchend"]) window.addEventListener(name, end, { signal });
}

// Names the package's canvas and takes its toolbar out of the page, as soon as they are there.
function name(label, signal) {
  if (signal.aborted) return;
  const hosts = [...document.querySelectorAll(".st-key-canvas_frame *")];
  const root = hosts.map((host) => host.shadowRoot?.querySelector(".dc-root")).find(Boolean);
  if (!root) {
    requestAnimationFrame(() => name(label, signal));
    return;
  }
  root.querySelector(".dc-toolbar").inert = true;
  const canvas = root.querySelector(".dc-canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
}

const watches = new WeakMap();

export default function ({ data, parentElement }) {
  if (!watches.has(parentElement)) {
    watches.set(parentElement, new AbortController());
    watch(watches.get(parentElement).signal);
  }
  name(data.label, watches.get(parentElement).signal);
  return () => {
    watches.get(parentElement)?.abort();
    watches.delete(parentElement);
  };
}
