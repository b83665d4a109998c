// A mini-program's Page, as far as this example needs one: data, setData and a view of the data.

/** Makes a page of `definition`, whose view is drawn by `render(page)` after each setData. */
export function createPage(definition, render) {
  const page = Object.create(definition);
  page.data = structuredClone(definition.data);
  for (const [name, member] of Object.entries(definition)) {
    if (typeof member === "function") page[name] = member.bind(page);
  }
  page.setData = (changes, callback) => {
    Object.assign(page.data, changes);
    render(page);
    callback?.();
  };
  return page;
}
