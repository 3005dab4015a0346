import { startSandboxHost } from '../../src/local/sandbox/server.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { LOCAL_DIFFERENCES } from './e2b-differences.ts';
import { e2bWireContract } from './e2b-wire.ts';

describeWithWall("E2B's wire", () => {
  e2bWireContract(
    'the local sandbox host',
    async () => {
      const host = await startSandboxHost({ apiKey: 'e2b_local', log: () => {} });
      return {
        options: { apiKey: 'e2b_local', apiUrl: host.url, sandboxUrl: host.url, domain: 'e2b.invalid', debug: false },
        stop: () => host.stop(),
      };
    },
    { differences: LOCAL_DIFFERENCES },
  );
});
