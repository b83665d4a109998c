// Next looks for the root by lock files, and the project has several.
export default { turbopack: { root: new URL("../", import.meta.url).pathname }, devIndicators: false };
