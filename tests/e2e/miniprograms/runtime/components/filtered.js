// Adds what a definition asks for with `wants`.
module.exports = Behavior({
  definitionFilter(definition) {
    definition.methods = definition.methods || {};
    definition.methods.wanted = () => `wanted ${definition.wants}`;
  },
});
