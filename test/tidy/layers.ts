/**
 * Direction of the house: billing ← projection ← contracts ← streams, stores ← services.
 * A folder's `src` may import the packages named beside it and nothing else of ours. Only the
 * command line composes services; nothing else imports one.
 */
const CORE = ['billing', 'projection', 'contracts'];
const PACKAGES = [...CORE, 'streams', 'stores', 'runtime'];

export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'packages/billing': [],
  'packages/projection': ['billing'],
  'packages/contracts': ['billing', 'projection'],
  'packages/streams': CORE,
  'packages/stores': CORE,
  'packages/runtime': [],
  'packages/testkit': PACKAGES,
  'services/projector': PACKAGES,
  'services/reader': [...CORE, 'stores', 'runtime'],
  'services/portal': ['billing', 'projection'],
  'services/cli': [...PACKAGES, 'projector', 'reader'],
};
