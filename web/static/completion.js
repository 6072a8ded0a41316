"use strict";
// Completes what is typed in the search box, as an ARIA combobox with a listbox. The page needs none of it.
(() => {
  const form = document.getElementById("recherche");
  const box = document.getElementById("q");
  if (!form || !box) return;
  const { suggest, article, kinds, one, many } = form.dataset;
  const names = JSON.parse(kinds);
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let options = [], active = -1, asking = new AbortController(), timer;

  list.id = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  said.className = "unseen";
  said.setAttribute("aria-live", "polite");
  box.parentNode.append(list, said);
  box.type = "text"; // a combobox is one; « search » may not be
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) box.setAttribute(name, value);

  const element = (name, className, ...content) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...content);
    return made;
  };

  const marked = ({ text, marks }) => {
    const letters = Array.from(text), pieces = [];
    let at = 0;
    for (const [start, end] of marks) {
      pieces.push(letters.slice(at, start).join(""), element("b", "", letters.slice(start, end).join("")));
      at = end;
    }
    return [...pieces, letters.slice(at).join("")];
  };

  const show = (found) => {
    options = found;
    list.replaceChildren(...found.map((each, at) => {
      const number = each.count ? ` ${each.estimated ? "~" : ""}${each.count.toLocaleString(document.documentElement.lang)}` : "";
      const option = element("li", each.kind, element("span", "said", ...marked(each)), " ",
        element("span", "kind", (names[each.field] || names[each.kind]) + number));
      option.id = `suggestion-${at}`;
      option.setAttribute("role", "option");
      option.addEventListener("click", () => choose(at));
      return option;
    }));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = found.length ? `${found.length} ${found.length < 2 ? one : many}` : "";
    move(-1);
  };

  const close = () => {
    clearTimeout(timer);
    asking.abort();
    if (!list.hidden) show([]);
  };

  const move = (to) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = to;
    const option = list.children[active];
    if (!option) return box.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  };

  const choose = (at) => {
    const { id, text } = options[at];
    close();
    if (id) return location.assign(article + encodeURIComponent(id));
    box.value = text;
    form.requestSubmit();
  };

  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const typed = box.value;
    if (!typed.trim()) return show([]);
    try {
      const answer = await fetch(`${suggest}?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (answer.ok && document.activeElement === box) show((await answer.json()).suggestions);
    } catch { /* gone meanwhile, or no network: the box works without */ }
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  box.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const { key } = event, count = options.length + 1;
    if (key === "ArrowDown" && list.hidden) ask();
    else if (key === "ArrowDown" || key === "ArrowUp") {
      move((active + 1 + (key === "ArrowDown" ? 1 : count - 1)) % count - 1);
    } else if (key === "Enter" && active >= 0) choose(active);
    else if (key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
})();
