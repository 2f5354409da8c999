'use strict';
// Loaded before every script (`node -r`), so that a Node of any age says which one is needed
// instead of a syntax error. Hence old JavaScript, and no import.

var OLDEST = require('../../package.json').engines.node.replace('>=', '');

/** Null, or what to tell when this Node is older than `engines` of package.json asks for. */
exports.tooOld = function (version) {
  var has = version.split('.').map(Number);
  var needs = OLDEST.split('.').map(Number);
  if (has[0] > needs[0] || (has[0] === needs[0] && has[1] >= needs[1])) return null;
  return (
    'Node ' +
    version +
    ' is too old: this project needs Node ' +
    OLDEST +
    ' or newer. ' +
    'Install it from https://nodejs.org or with a version manager (nvm install 20), then try again.'
  );
};

var message = exports.tooOld(process.versions.node);
if (message !== null) {
  process.stderr.write(message + '\n');
  process.exit(1);
}
