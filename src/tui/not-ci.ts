// With one of these in the environment Ink draws nothing until the end (is-in-ci, which looks once, when Ink is loaded). A
// person who looks at a terminal is no build server, whatever the shell has inherited.
for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) delete process.env[name];
