import type { FastifyInstance } from 'fastify';

const TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];

/** Lets the routes of `server` take YAML: as the text that it is, so that they know where in it something stands. */
export function takeYaml(server: Pick<FastifyInstance, 'addContentTypeParser'>): void {
  for (const type of TYPES) {
    server.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  }
}
