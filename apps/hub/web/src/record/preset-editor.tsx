import { Stack, TextInput } from "@mantine/core";
import { TEXT_MAX } from "@polychron/protocol";
import { useHub, usePreferences } from "../hub-context.js";

/** The labels of the keys 1 to 9, kept by this browser. */
export function PresetEditor({ labels }: { readonly labels: readonly string[] }) {
  const { texts } = useHub();
  const [, change] = usePreferences();
  const rename = (index: number, label: string): void =>
    change({ presets: labels.map((old, at) => (at === index ? label : old)) });
  return (
    <Stack gap={4}>
      {labels.map((label, index) => (
        <TextInput
          key={index}
          size="xs"
          leftSection={index + 1}
          aria-label={texts.markers.labelOf(index + 1)}
          value={label}
          maxLength={TEXT_MAX}
          onChange={(event) => rename(index, event.currentTarget.value)}
        />
      ))}
    </Stack>
  );
}
