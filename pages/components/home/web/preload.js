// Lets the browser fetch a script that other pages need, once it has nothing else to do.
//
// Data from the page:
//   script: its file's name, among Streamlit's own scripts

export default function ({ data }) {
  const own = document.querySelector("script[type=module][src*='static/js/']");
  if (!own || navigator.connection?.saveData) return;
  const address = new URL(data.script, own.src).href;
  if (document.querySelector(`link[href="${address}"]`)) return;
  const preload = () => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = address;
    document.head.append(link);
  };
  // Safari does not tell when it is idle.
  (window.requestIdleCallback ?? setTimeout)(preload);
}
