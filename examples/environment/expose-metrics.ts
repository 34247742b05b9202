import { metrics } from "@opentelemetry/api";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

/** Where metrics are to be had. */
export interface Exposure {
  /** On this address alone; `127.0.0.1` is this machine. */
  readonly host: string;
  readonly port: number;
}

/**
 * Answers `GET /metrics` on a port of its own, so that nobody gets at it who is let to the hub. To be
 * called before the hub starts.
 *
 * @returns Ends it. @throws {Error} When the port is taken.
 */
export async function exposeMetrics({ host, port }: Exposure): Promise<() => Promise<void>> {
  const exporter = new PrometheusExporter({ host, port, preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  metrics.setGlobalMeterProvider(provider);
  await exporter.startServer();
  return () => provider.shutdown();
}
