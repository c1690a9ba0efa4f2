import { Stack, Text } from "@mantine/core";
import type { FaultView, HubSnapshot } from "@polychron/protocol";
import { ErrorAlert } from "../elements/error-alert.js";
import { EmptyState } from "../elements/empty-state.js";
import { Panel } from "../elements/panel.js";
import { useHub } from "../hub-context.js";
import { AddPhone } from "./add-phone.js";
import { DeviceDetails } from "./device-details.js";
import { FoundDevices } from "./found-devices.js";

/** Find, connect and set up devices. */
export function DevicesPage({ snapshot }: { readonly snapshot: HubSnapshot }) {
  const { texts } = useHub();
  return (
    <>
      <FoundDevices candidates={snapshot.candidates} hasDevices={snapshot.devices.length > 0} />
      <Panel title={texts.devices.connected} aside={<AddPhone devices={snapshot.devices} />}>
        {snapshot.devices.length === 0 ? (
          <EmptyState title={texts.devices.none} hint={texts.devices.noneHint} />
        ) : (
          <Stack>
            {snapshot.devices.map((device) => (
              <DeviceDetails
                key={device.id}
                device={device}
                session={snapshot.sessions.find((open) => open.id === device.session) ?? null}
              />
            ))}
          </Stack>
        )}
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
