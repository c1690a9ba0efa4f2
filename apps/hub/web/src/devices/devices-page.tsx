import { Stack, Text } from "@mantine/core";
import type { FaultView, HubSnapshot } from "@polychron/protocol";
import { ErrorAlert } from "../elements/error-alert.js";
import { EmptyState } from "../elements/empty-state.js";
import { Panel } from "../elements/panel.js";
import { useKeptFocus } from "../elements/use-kept-focus.js";
import { useHub } from "../hub-context.js";
import { AddPhone } from "./add-phone.js";
import { DeviceDetails } from "./device-details.js";
import { FoundDevices } from "./found-devices.js";

/** Find, connect and set up devices. */
export function DevicesPage({ snapshot }: { readonly snapshot: HubSnapshot }) {
  const { texts } = useHub();
  const { devices, sessions } = snapshot;
  const list = useKeptFocus<HTMLDivElement>(devices.length);
  return (
    <>
      <FoundDevices candidates={snapshot.candidates} hasDevices={devices.length > 0} />
      <Panel title={texts.devices.connected} aside={<AddPhone devices={devices} />}>
        <Stack ref={list} tabIndex={-1} role="group" aria-label={texts.devices.connected}>
          {devices.length === 0 && <EmptyState title={texts.devices.none} hint={texts.devices.noneHint} />}
          {devices.map((device) => (
            <DeviceDetails
              key={device.id}
              device={device}
              session={sessions.find((open) => open.id === device.session) ?? null}
            />
          ))}
        </Stack>
      </Panel>
      <HubFaults faults={snapshot.faults} />
    </>
  );
}

function HubFaults({ faults }: { readonly faults: readonly FaultView[] }) {
  const { texts } = useHub();
  if (faults.length === 0) return null;
  return (
    <Panel title={texts.app.faults}>
      <ul className="plain-list">
        {faults.map((fault) => (
          <li key={`${fault.timestamp} ${fault.code}`}>
            <Text size="xs" c="dimmed">
              {fault.timestamp.slice(0, 19).replace("T", " ")} {fault.device}
            </Text>
            <ErrorAlert error={fault} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
