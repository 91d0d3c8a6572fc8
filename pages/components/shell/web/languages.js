// Draws a link to the page in each other language, and tells the browser which one the page is in.
//
// Data from the page:
//   label: what the links are, for screen readers; parameter: of the address, which asks for a language
//   shown: the tag of the page's own language, such as "zh-Hans"; others: tags and names of the others

export default function ({ data, parentElement }) {
  document.documentElement.lang = data.shown;
  const place = parentElement.querySelector("nav");
  place.setAttribute("aria-label", data.label);
  place.replaceChildren(...data.others.map((language) => draw(language, data.parameter)));
}

function draw({ tag, name }, parameter) {
  const link = document.createElement("a");
  link.textContent = name;
  link.lang = tag;
  link.href = `?${parameter}=${tag}`;
  link.onclick = (event) => {
    event.preventDefault();
    // Choices may have come into the address since the link was drawn.
    const address = new URL(window.location.href);
    address.searchParams.set(parameter, tag);
    window.location.assign(address);
  };
  return link;
}
