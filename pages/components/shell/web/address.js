// Puts a choice into the page's address without a new entry in the browser's history.
export default function ({ data }) {
  const address = new URL(window.location.href);
  const value = address.searchParams.get(data.name);
  if (value === null || value === data.instead_of) {
    address.searchParams.set(data.name, data.value);
    window.history.replaceState(window.history.state, "", address);
  }
}
