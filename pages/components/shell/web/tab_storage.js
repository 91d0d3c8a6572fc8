// Keeps a text in the browser's tab, and gives it back to a new session of the page.
//
// Data from the page:
//   name: of the text; text: what to keep, or "" for nothing
//   is_new: whether the session has had no text yet, so that it asks for what the tab has kept
// State sent: kept, the text; null once the page has it, since the browser sends all states with every message.

// How long an answer may take, in milliseconds, before the text is sent again. Streamlit drops the run of a part of the
// page that a run of the whole page overtakes; the text has then arrived but is not shown. On a busy server an answer
// takes long, so each attempt is given twice the time of the one before, up to the most.
const PATIENCE = 1000;
const MOST_PATIENCE = 8000;
const MOST_ATTEMPTS = 10;

const written = new WeakMap();
const sent = new WeakSet();

export default function ({ data, parentElement, setStateValue }) {
  const key = `mnist-lab ${data.name}`;
  try {
    if (data.is_new) {
      const kept = sessionStorage.getItem(key);
      if (!kept || sent.has(parentElement)) return;
      sent.add(parentElement);
      send(MOST_ATTEMPTS, PATIENCE, parentElement, () => setStateValue("kept", kept));
      return;
    }
    if (sent.delete(parentElement)) setStateValue("kept", null);
    // An element that is only drawn again must not put back what another one has changed since.
    if (written.get(parentElement) === data.text) return;
    written.set(parentElement, data.text);
    if (data.text) sessionStorage.setItem(key, data.text);
    else sessionStorage.removeItem(key);
  } catch (error) {
    // Storage can be switched off or full: the text then does not outlast a refresh.
    console.warn(error);
  }
}

function send(attempts, patience, element, tell) {
  if (!attempts || !sent.has(element) || !element.isConnected) return;
  tell();
  setTimeout(send, patience, attempts - 1, Math.min(2 * patience, MOST_PATIENCE), element, tell);
}
