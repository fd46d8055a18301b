"use strict";
// Headings of sortable tables become buttons; without a script they are headings, and the table is whole all the same.
for (const table of document.querySelectorAll("table.sorts")) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numeric = head.classList.contains("n");
      const was = head.getAttribute("aria-sort");
      const order = was ? (was === "ascending" ? "descending" : "ascending") : numeric ? "descending" : "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
      const compare = (a, b) => key(a).localeCompare(key(b), "en", { numeric: true });
      const number = (a, b) => key(a) - key(b);
      const isNumber = numeric && [...body.rows].every((row) => !Number.isNaN(Number(key(row))));
      const rows = [...body.rows].sort(isNumber ? number : compare);
      body.append(...(order === "descending" ? rows.reverse() : rows));
    });
  });
}
