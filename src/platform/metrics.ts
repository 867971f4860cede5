import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** How often the delay of the event loop is looked at; each look wakes the process, and 10 ms cost an idle one 3 % of a core. */
const EVENT_LOOP_LOOK_MS = 250;

/** The Prometheus registry and the handful of series that the product keeps. Names follow Prometheus' conventions. */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  return {
    registry,
    messages: new Counter({
      name: 'carillon_messages_total',
      help: 'Messages by outcome of the hand-off.',
      labelNames: ['channel', 'outcome'],
      registers: [registry],
    }),
    ingestedEvents: new Counter({
      name: 'carillon_ingested_events_total',
      help: 'Events that arrived, by what became of them.',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    cutChains: new Counter({
      name: 'carillon_cut_chains_total',
      help: 'Chains of what Carillon itself causes that were cut; each is a dead letter with the reason chain_too_long.',
      registers: [registry],
    }),
    importedRows: new Counter({
      name: 'carillon_imported_rows_total',
      help: 'Rows read from files by what became of them.',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    tasks: new Counter({
      name: 'carillon_campaign_tasks_total',
      help: 'Campaign tasks by activity type and outcome.',
      labelNames: ['type', 'outcome'],
      registers: [registry],
    }),
    outboxDepth: new Gauge({
      name: 'carillon_outbox_messages',
      help: 'Messages waiting in the outbox, by lane.',
      labelNames: ['lane'],
      registers: [registry],
    }),
    requestSeconds: new Histogram({
      name: 'carillon_http_request_seconds',
      help: 'Time to answer HTTP requests.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers: [registry],
    }),
    /** Adds Node's own series (memory, event loop); once per process. */
    collectProcess: () =>
      collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_LOOK_MS }),
  };
}
