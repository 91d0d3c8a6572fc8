// Tells the page how large the browser's text is, for charts and tables, which measure theirs in pixels.
//
// Data from the page:
//   known: the size of text that it has been told, in pixels; 0 where it has not
// Trigger sent: size, that of the root element's text, once it is another one.

// A window that is being resized is still for this long before its size counts, in milliseconds.
const STILL = 150;

export default function ({ data, parentElement, setTriggerValue }) {
  // As wide as a letter, so that it is resized whenever the text is.
  const probe = parentElement.querySelector("i") ?? parentElement.appendChild(document.createElement("i"));
  probe.style = "position: fixed; width: 1rem; height: 0;";
  let timer;
  const tell = () => {
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (Math.abs(size - data.known) >= 0.5) setTriggerValue("size", size);
    probe.dataset.told = size;
  };
  const watch = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(tell, STILL);
  });
  watch.observe(probe);
  return () => {
    watch.disconnect();
    clearTimeout(timer);
  };
}
