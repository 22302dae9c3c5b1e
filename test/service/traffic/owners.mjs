// Everybody asks for their own, over connections that all of them share: whose answer comes back? Looks at everything in
// an answer that names a person or an organization, at its status, and at the id of the request.
import { ask, count, kept_alive, members_of, numbers, options, people, say } from './client.mjs'

const random = numbers(options.seed)
const agent = kept_alive(options.connections)
const statuses = {}
const wrong = []
const names =
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[\w.+-]+@[\w.-]+|\borg-\d+\b|Organization \d+|Member \d+ of \d+/g

// What may stand in an answer for this person: of everything that looks like a name, nothing else.
function known_to(person) {
    if (person.known) return person.known
    const { id, slug, name } = person.organization
    person.known = new Set([person.user, person.email, person.name, id, slug, name])
    for (const other of person.directory) {
        const [, m, o] = other.email.match(/^member-(\d+)@org-(\d+)/)
        for (const word of [other.id, other.user, other.email, `Member ${m} of ${o}`]) person.known.add(word)
    }
    return person.known
}

const same = (found, expected) => JSON.stringify(found) === JSON.stringify(expected)
const sorted = (object) => Object.fromEntries(Object.entries(object).sort())

const about_me = {
    path: () => '/api/v1/me',
    right: ({ user, organization, role }, person) =>
        user.id === person.user &&
        user.email === person.email &&
        user.full_name === person.name &&
        role === person.role &&
        same(sorted(organization), sorted(person.organization)),
}
const directory = {
    path: members_of,
    right: ({ members }, person) =>
        members.every((m) => m.organization_id === person.organization.id) &&
        same(
            members.map((m) => ({ id: m.id, user: m.user_id, email: m.email })),
            person.directory.map((m) => ({ id: m.id, user: m.user, email: m.email })),
        ),
}
const own_organizations = {
    path: () => '/api/v1/organizations',
    right: (found, person) =>
        (found.organizations ?? found).length === 1 && JSON.stringify(found).includes(person.organization.id),
}
const own_rows = {
    path: () => '/api/v1/resources/notes',
    right: ({ items }, person) =>
        items.length === 3 && items.every((row) => row.user_id === person.user && row.title === person.name),
}
// Refusals leave a connection of the pool in another state than answers do.
const somebody_else = { path: (person, other) => members_of(other), status: 404 }
const nobody = { path: () => '/api/v1/me', status: 401, anonymous: true }
const forged = { path: () => '/api/v1/me', status: 401, token: (person) => person.token.slice(0, -6) + 'AAAAAA' }
const kinds = [
    ...Array(8).fill(about_me),
    ...Array(6).fill(directory),
    ...Array(2).fill(own_organizations),
    ...Array(3).fill(own_rows),
    somebody_else,
    nobody,
    forged,
]

function complain(person, what, answer) {
    if (wrong.length < 5) wrong.push(`${person.email}: ${what}: ${answer.status} ${answer.body.slice(0, 200)}`)
    count(statuses, 'wrong')
}

function look_at(kind, person, answer, id) {
    count(statuses, answer.status)
    if (answer.headers['x-request-id'] !== id) return complain(person, 'the answer of another request', answer)
    if (answer.status !== (kind.status ?? 200)) return complain(person, `not ${kind.status ?? 200}`, answer)
    if (kind.status) return
    const stranger = answer.body.match(names)?.find((word) => !known_to(person).has(word))
    if (stranger) return complain(person, `names ${stranger}`, answer)
    if (!kind.right(JSON.parse(answer.body), person)) complain(person, 'not what it should be', answer)
}

let sent = 0
async function worker() {
    while (sent < options.requests) {
        const number = ++sent
        const kind = kinds[random(kinds.length)]
        const person = people[random(people.length)]
        let other = person
        while (other.organization.slug === person.organization.slug) other = people[random(people.length)]
        const token = kind.anonymous ? undefined : (kind.token?.(person) ?? person.token)
        const id = `request-${number}`
        try {
            look_at(
                kind,
                person,
                await ask(agent, 'GET', kind.path(person, other), { token, headers: { 'X-Request-Id': id } }),
                id,
            )
        } catch (error) {
            complain(person, error.code ?? error.message, { status: '', body: '' })
        }
    }
}

const begin = Date.now()
await Promise.all(Array.from({ length: options.connections }, worker))
say({ requests: sent, statuses, wrong, seconds: (Date.now() - begin) / 1000 })
agent.destroy()
