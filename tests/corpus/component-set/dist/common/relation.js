function useParent(path, onEffect) {
  return { relations: { [path]: { type: 'ancestor',
    linked(parent) { this.parent = parent; if (onEffect) onEffect.call(this); },
    linkChanged() { if (onEffect) onEffect.call(this); },
    unlinked() { this.parent = null; } } } };
}
function useChildren(path, onEffect) {
  return {
    relations: { [path]: { type: 'descendant',
      linked(child) { if (onEffect) onEffect.call(this, child); },
      linkChanged(child) { if (onEffect) onEffect.call(this, child); },
      unlinked(child) { if (onEffect) onEffect.call(this, child); } } },
    mixin: Behavior({ created() { Object.defineProperty(this, 'children', { get: () => this.getRelationNodes(path) || [] }); } }),
  };
}
module.exports = { useParent, useChildren };
