/** The Worker logs to the console; what it logs is not what a test run is to be read for. */
console.log = () => undefined;
