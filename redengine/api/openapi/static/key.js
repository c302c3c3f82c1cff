"use strict";

/* Fetches the document and hands it on; where that takes a key, the page asks for one. The key
   stays in this page's memory. */
function openDocument(show) {
  const url = document.body.dataset.document;
  const place = document.getElementById("docs");

  async function load(key) {
    const answer = await fetch(url, key ? { headers: { "X-API-Key": key } } : {});
    if (answer.ok) {
      place.replaceChildren();
      show(await answer.json(), key);
    } else {
      const told = await answer.json().catch(() => ({ message: answer.statusText }));
      ask(told.message);
    }
  }

  function ask(reason) {
    const form = document.createElement("form");
    const label = document.createElement("label");
    const field = document.createElement("input");
    const button = document.createElement("button");
    const note = document.createElement("p");
    note.textContent = reason;
    note.setAttribute("role", "alert");
    label.textContent = "API key ";
    field.type = "password";
    field.autocomplete = "off";
    field.required = true;
    button.textContent = "Open";
    label.append(field);
    form.append(note, label, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      load(field.value.trim());
    });
    place.replaceChildren(form);
    field.focus();
  }

  load("");
}
