import { type Micros } from '@portal/billing';
import { Gauge, type Registry } from '@portal/runtime';

/** Before which instant usage of a partition may be missing. */
export function trimmedGauge(registers: Registry[]): (partition: number, at: Micros) => void {
  const gauge = new Gauge({
    name: 'portal_projector_usage_trimmed_before_seconds',
    help: 'Before this instant usage of the partition may be missing: the topic began above offset 0. Seconds since 1970',
    labelNames: ['partition'],
    registers,
  });
  return (partition, at) => {
    gauge.set({ partition: String(partition) }, at / 1e6);
  };
}
