// A small reader of HTML: tags, attributes and text to a tree of nodes.
const VOID = ['img', 'br', 'hr'];
const INLINE = ['b', 'i', 'em', 'strong', 'span', 'a', 'code'];
module.exports = function parse(html) {
  const root = { children: [] };
  const open = [root];
  const pattern = /<(\/?)([a-z0-9]+)([^>]*)>|([^<]+)/g;
  let found;
  while ((found = pattern.exec(html)) !== null) {
    const [, closing, tag, rest, text] = found;
    const parent = open[open.length - 1];
    if (text !== undefined) { if (text.trim() !== '') parent.children.push({ node: 'text', text: text.replace(/&amp;/g, '&').replace(/&lt;/g, '<') }); continue; }
    if (closing) { if (open.length > 1) open.pop(); continue; }
    const attributes = {};
    rest.replace(/([a-z-]+)="([^"]*)"/g, (all, name, value) => { attributes[name] = value; return ''; });
    const node = { node: 'element', tag, kind: INLINE.indexOf(tag) >= 0 ? 'inline' : 'block', attributes, style: attributes.style || '', children: [] };
    parent.children.push(node);
    if (VOID.indexOf(tag) < 0) open.push(node);
  }
  return root.children;
};
