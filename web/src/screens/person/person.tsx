import { useLingui } from '@lingui/react/macro';
import { Avatar, Box, Grid, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { nameOf } from '../people.tsx';
import { Consents } from './consents.tsx';
import { Identities } from './identities.tsx';
import { PersonActions } from './person-actions.tsx';
import { type PersonView, personQuery } from './queries.ts';
import { Timeline } from './timeline.tsx';
import { Traits } from './traits.tsx';
import { Whereabouts } from './whereabouts.tsx';
import { type Question, WhyDialog } from './why-dialog.tsx';

const route = getRouteApi('/people/$namespace/$value');

/** One person: who they are, what happened, what did not, and why. */
export function Person() {
  const params = route.useParams();
  const [question, setQuestion] = useState<Question>();
  const person = useQuery(personQuery(params));
  if (person.error && !person.data) return <ProblemNote error={person.error} />;
  if (!person.data) return <Skeleton h={300} />;
  const { data } = person;
  return (
    <Stack gap="lg" maw={1400}>
      <Head person={data} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, sm: 6, md: 3 }}>
          <Stack gap="lg">
            <Identities person={data} />
            <Consents person={data} />
            <Traits person={data} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }} order={{ base: 3, md: 2 }}>
          <Timeline person={params} onAsk={setQuestion} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6, md: 3 }} order={{ base: 2, md: 3 }}>
          <Whereabouts person={data} onAsk={setQuestion} />
        </Grid.Col>
      </Grid>
      <WhyDialog place={params} question={question} onClose={() => setQuestion(undefined)} />
    </Stack>
  );
}

function Head({ person }: { readonly person: PersonView }) {
  const { t } = useLingui();
  const format = useFormat();
  const name = nameOf(person);
  useEffect(() => {
    document.title = `${name} · Carillon`;
  }, [name]);
  const { city, country } = person.traits;
  const place = [city, country].filter((part) => typeof part === 'string').join(', ');
  const there = person.time_zone === null ? undefined : format.timeIn(new Date(), person.time_zone);
  return (
    <Group component="header" gap="lg" wrap="nowrap" align="flex-start">
      <Avatar name={name} color="teal" size={46} radius="xl" aria-hidden />
      <Box flex={1} miw={0}>
        <Group component="nav" gap={4} aria-label={t`Where this is`} fz="sm">
          <Link to="/people">{t`People`}</Link>
          <ChevronRight size={12} aria-hidden />
        </Group>
        <Title order={1}>{name}</Title>
        <Text c="dimmed" size="sm">
          {[
            person.email !== name ? person.email : undefined,
            place,
            t`known since ${format.moment(person.created_at)}`,
            there && t`it is ${there} where they are`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Box>
      <PersonActions person={person} name={name} />
    </Group>
  );
}
