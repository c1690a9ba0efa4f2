import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  readonly title: string;
  readonly hint: string;
  readonly children?: ReactNode;
}

/** Nothing here yet, and the next step. */
export function EmptyState({ title, hint, children }: Props) {
  return (
    <Stack gap="xs" align="flex-start" py="sm">
      <Title order={3} size="h4">
        {title}
      </Title>
      <Text c="dimmed">{hint}</Text>
      {children}
    </Stack>
  );
}
