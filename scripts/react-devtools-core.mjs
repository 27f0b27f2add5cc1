// Stands in for Ink's developer tools in the bundle: Ink imports them only when DEV is set, and no rig uses them.
// biome-ignore lint/style/noDefaultExport: Ink imports a default
export default undefined;
