// Lets the browser fetch a script that other pages need, once it has nothing else to do, and run it while the visitor
// only looks: running Plotly takes 0.7 s on a slow machine, in which a click would wait.
//
// Data from the page:
//   script: its file's name, among Streamlit's own scripts

const STILL = 1500; // how long nothing must have been touched before the script runs, in milliseconds
const TOUCHES = ["pointermove", "pointerdown", "keydown", "wheel"];

export default function ({ data }) {
  const own = document.querySelector("script[type=module][src*='static/js/']");
  if (!own || navigator.connection?.saveData) return;
  const address = new URL(data.script, own.src).href;
  // Safari does not tell when it is idle.
  const whenIdle = window.requestIdleCallback ?? setTimeout;
  if (!document.querySelector(`link[href="${address}"]`)) whenIdle(() => fetchScript(address));

  let waiting;
  const wait = () => {
    clearTimeout(waiting);
    waiting = setTimeout(run, STILL);
  };
  const stop = () => {
    clearTimeout(waiting);
    for (const touch of TOUCHES) window.removeEventListener(touch, wait);
  };
  // A script is run once, so the page that needs it finds it ready. One that fails is told of there.
  const run = () => {
    stop();
    whenIdle(() => import(address).catch(() => {}));
  };
  for (const touch of TOUCHES) window.addEventListener(touch, wait, { passive: true });
  wait();
  return stop;
}

function fetchScript(address) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = address;
  document.head.append(link);
}
