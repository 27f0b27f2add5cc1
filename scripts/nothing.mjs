// Stands in the bundle for what no rig uses: the parts of Ink's developer tools.
// biome-ignore lint/style/noDefaultExport: Ink imports a default
export default undefined;
