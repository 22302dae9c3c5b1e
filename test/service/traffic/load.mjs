// Requests over many connections until it is told to end. What came back is counted apart for every phase: SIGUSR1 begins
// the next one, and a request belongs to the phase in which it was sent. SIGTERM ends it with a summary; the
// number of the phase and of its answers goes to standard error all the time.
import { ask, count, kept_alive, members_of, numbers, options, people, say } from './client.mjs'

const random = numbers(options.seed ?? 1)
const agent = kept_alive(options.connections)
const owners = people.filter((person) => person.role === 'owner')
const phases = [{}]
let going = true,
    written = 0

const reading = [(person) => ['GET', '/api/v1/me'], (person) => ['GET', members_of(person)]]
const inviting = (person) => ['POST', members_of(person), `invited-${++written}@${options.name}.example`]

async function one() {
    const phase = phases.at(-1)
    const person = owners[random(owners.length)]
    const [method, path, email] = (options.writes && random(4) === 0 ? inviting : reading[random(2)])(person)
    try {
        const answer = await ask(agent, method, path, { token: person.token, body: email && JSON.stringify({ email }) })
        count((phase.statuses ??= {}), answer.status)
        if (answer.status === 503 && !answer.headers['retry-after']) count(phase, 'without_retry_after')
        if (answer.status >= 300) count((phase.codes ??= {}), `${method} ${JSON.parse(answer.body).code}`)
        if (answer.status === 201) (phase.invited ??= []).push(email)
        // Who is refused comes again, but not with the same breath.
        if (answer.status >= 300) await new Promise((resolve) => setTimeout(resolve, 5))
    } catch (error) {
        count((phase.errors ??= {}), `${method} ${error.code ?? error.message}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
    }
}

process.on('SIGUSR1', () => phases.push({}))
process.on('SIGTERM', () => {
    going = false
})
setInterval(() => {
    const answers = Object.values(phases.at(-1).statuses ?? {}).reduce((a, b) => a + b, 0)
    process.stderr.write(`${phases.length - 1} ${answers}\n`)
}, 50).unref()

await Promise.all(
    Array.from({ length: options.connections }, async () => {
        while (going) await one()
    }),
)
agent.destroy()
say({ phases, tried: written })
