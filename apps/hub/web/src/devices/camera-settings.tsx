import { Autocomplete, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import type { DeviceView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { useCommand, useHub } from "../hub-context.js";
import {
  askedFormat,
  cameraForm,
  COMMON_FRAME_RATES_HZ,
  COMMON_SIZES,
  FRAME_RATE_LIMITS_HZ,
  isAnotherFormat,
  isFrameRate,
  sizeOf,
  type CameraForm,
} from "./camera-view.js";

interface Props {
  readonly device: DeviceView;
  readonly isRecording: boolean;
}

/** Picture size and rate of a camera; what it confirmed comes back in the snapshot. */
export function CameraSettings({ device, isRecording }: Props) {
  const { texts } = useHub();
  const desk = useCommand();
  const confirmed = cameraForm(device.settings);
  const [edited, setEdited] = useState<CameraForm | null>(null);
  const form = edited ?? confirmed;
  const canApply = !isRecording && isAnotherFormat(confirmed, form);
  const apply = async (): Promise<void> => {
    const settings = askedFormat(device.settings, form);
    if (await desk.send({ kind: "configure_device", device: device.id, settings })) setEdited(null);
  };
  return (
    <Stack gap="xs" component="section" aria-label={texts.devices.settings}>
      <FormatFields form={form} onChange={setEdited} />
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

function FormatFields({
  form,
  onChange,
}: {
  readonly form: CameraForm;
  readonly onChange: (form: CameraForm) => void;
}) {
  const { cameras } = useHub().texts;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Autocomplete
        label={cameras.sizeField}
        description={cameras.sizeHint}
        value={form.size}
        data={COMMON_SIZES}
        filter={({ options }) => options}
        error={sizeOf(form.size) === null && cameras.sizeWrong}
        onChange={(size) => onChange({ ...form, size })}
      />
      <Autocomplete
        label={cameras.rateField}
        description={cameras.rateHint}
        value={form.rateHz}
        data={COMMON_FRAME_RATES_HZ.map(String)}
        filter={({ options }) => options}
        error={!isFrameRate(form.rateHz) && cameras.rateWrong(FRAME_RATE_LIMITS_HZ)}
        onChange={(rateHz) => onChange({ ...form, rateHz })}
      />
    </SimpleGrid>
  );
}
