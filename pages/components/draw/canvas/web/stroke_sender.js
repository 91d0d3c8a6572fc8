// Presses the button with which streamlit-drawable-canvas sends its drawing, whenever a stroke ends.
//
// The package itself sends a drawing 200 ms after the last stroke. Whatever the reader clicks within that time would
// reach the server before the stroke.

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

const watches = new WeakMap();

export default function ({ parentElement }) {
  if (!watches.has(parentElement)) {
    watches.set(parentElement, new AbortController());
    watch(watches.get(parentElement).signal);
  }
  return () => {
    watches.get(parentElement)?.abort();
    watches.delete(parentElement);
  };
}
