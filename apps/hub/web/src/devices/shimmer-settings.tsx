import { Autocomplete, Checkbox, Group, NativeSelect, SimpleGrid, Stack, Text } from "@mantine/core";
import type { DeviceView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { useCommand, useHub } from "../hub-context.js";
import {
  askedSettings,
  COMMON_RATES_HZ,
  isChanged,
  isRate,
  RATE_LIMITS_HZ,
  shimmerForm,
  type ShimmerForm,
} from "./device-view.js";

interface Props {
  readonly device: DeviceView;
  readonly isRecording: boolean;
}

/** Rate, GSR range and sensors of a Shimmer; the device's confirmed settings come back in the snapshot. */
export function ShimmerSettings({ device, isRecording }: Props) {
  const { texts } = useHub();
  const desk = useCommand();
  const confirmed = shimmerForm(device.settings);
  const [edited, setEdited] = useState<ShimmerForm | null>(null);
  const form = edited ?? confirmed;
  const isComplete = isRate(form.rateHz) && form.sensors.length > 0;
  const canApply = isComplete && !isRecording && isChanged(confirmed, form);
  const apply = async (): Promise<void> => {
    const settings = askedSettings(device.settings, form);
    if (await desk.send({ kind: "configure_device", device: device.id, settings })) setEdited(null);
  };
  return (
    <Stack gap="xs" component="section" aria-label={texts.devices.settings}>
      <RateAndRange form={form} onChange={setEdited} />
      <SensorChoice form={form} onChange={setEdited} />
      {isRecording && <Text size="sm">{texts.devices.settingsBusy}</Text>}
      <Group>
        <CommandButton pending={desk.pending} disabled={!canApply} onPress={() => void apply()}>
          {texts.devices.apply}
        </CommandButton>
      </Group>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
    </Stack>
  );
}

interface FieldProps {
  readonly form: ShimmerForm;
  readonly onChange: (form: ShimmerForm) => void;
}

function RateAndRange({ form, onChange }: FieldProps) {
  const { texts } = useHub();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Autocomplete
        label={texts.devices.rateField}
        description={texts.devices.rateHint}
        value={form.rateHz}
        data={COMMON_RATES_HZ.map(String)}
        filter={({ options }) => options}
        error={!isRate(form.rateHz) && texts.devices.rateWrong(RATE_LIMITS_HZ)}
        onChange={(rateHz) => onChange({ ...form, rateHz })}
      />
      <NativeSelect
        label={texts.devices.rangeField}
        description={"\u00a0"}
        value={form.gsrRange}
        data={Object.entries(texts.devices.ranges).map(([value, label]) => ({ value, label }))}
        onChange={(event) => onChange({ ...form, gsrRange: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}

function SensorChoice({ form, onChange }: FieldProps) {
  const { texts } = useHub();
  return (
    <Checkbox.Group
      label={texts.devices.sensorsField}
      value={[...form.sensors]}
      onChange={(sensors) => onChange({ ...form, sensors })}
      error={form.sensors.length === 0 && texts.devices.sensorsNone}
    >
      <Group mt={4}>
        {Object.entries(texts.devices.sensors).map(([value, label]) => (
          <Checkbox key={value} value={value} label={label} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
