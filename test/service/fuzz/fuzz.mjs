// Sends what requests.mjs makes, from many connections, until the time is over; judges every answer. A fault is kept as
// the bytes that were sent.
import fs from 'node:fs'
import { setTimeout as later } from 'node:timers/promises'
import { break_it } from './broken.mjs'
import { build, operations_of } from './requests.mjs'
import { numbers, Values } from './values.mjs'
import { connect, exchange, until_closed } from './wire.mjs'

const options = JSON.parse(process.argv[2])
const { hostname: host, port } = new URL(options.base)
const actors = JSON.parse(fs.readFileSync(options.actors, 'utf8'))
const operations = operations_of(await (await fetch(`${options.base}/openapi.json`)).json()).filter(
    (operation) => !options.only || operation.name.includes(options.only),
)
const random = numbers(options.seed)
const values = new Values(random)
const statuses = {},
    reached = new Set(),
    issued = new Set(),
    kinds = {}
let sent = 0,
    faults = 0

function complain(request, what, answer) {
    faults++
    kinds[what] = (kinds[what] ?? 0) + 1
    if (kinds[what] > 3) return
    const file = `${options.faults}/${String(faults).padStart(3, '0')}`
    fs.writeFileSync(`${file}.request`, request.bytes)
    fs.writeFileSync(`${file}.answer`, answer?.body ?? '')
    console.error(
        `${what}: ${request.operation}: ${answer?.status ?? ''} ${(answer?.body ?? '').toString().slice(0, 300)} (${file}.request)`,
    )
}

const strict = new TextDecoder('utf-8', { fatal: true })

// What is wrong with this answer? Nothing for an answer as it should be.
function judge(request, { status, headers, body }) {
    const type = headers['content-type'] ?? ''
    if (status >= 500 && ![501, 503, 504].includes(status)) return `status ${status}`
    if (headers['x-injected'] !== undefined) return 'a header that the client wrote'
    const unread = [400, 414, 416, 431].includes(status) // the headers were not, so the id is one of the service's own
    if (request.sound && !unread && headers['x-request-id'] !== request.id) return 'the answer of another request'
    if (status === 503 && !headers['retry-after'] && !/\/health|\/ready/.test(request.operation))
        return '503 without Retry-After'
    if (status === 401 && !headers['www-authenticate']) return '401 without WWW-Authenticate'
    if (request.method === 'HEAD' || body.length === 0)
        return status >= 400 && request.method !== 'HEAD' ? 'a refusal without a word' : undefined
    let text
    try {
        text = strict.decode(body)
    } catch {
        return 'an answer that is no UTF-8'
    }
    if (text.includes(options.hidden) && !request.actor.super) return 'rows of an organization that is not theirs'
    if (!/json/.test(type))
        return status >= 400 && !/\/health|\/ready/.test(request.operation) ? `a refusal as ${type}` : undefined
    let document
    try {
        document = JSON.parse(text)
    } catch {
        return 'an answer that is no JSON'
    }
    for (const [token] of text.matchAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g)) issued.add(token)
    values.learn(text)
    if (headers.location) values.learn_batch(headers.location)
    if (status < 400 || type !== 'application/problem+json')
        return status >= 400 && type !== 'application/problem+json' && status !== 503
            ? `a refusal as ${type}`
            : undefined
    if (
        document.status !== status ||
        !document.code ||
        !document.detail ||
        document.instance !== `/requests/${headers['x-request-id']}`
    )
        return 'a problem document that lacks something'
    return /^XX/.test(document.code) ? `code ${document.code}` : undefined
}

const in_pieces = (bytes) => {
    if (!values.chance(15)) return [bytes]
    const cut = Array.from({ length: 1 + random(4) }, () => random(bytes.length + 1)).sort((a, b) => a - b)
    return [0, ...cut]
        .map((from, i) => bytes.subarray(from, cut[i] ?? bytes.length))
        .filter((piece) => piece.length > 0)
}

async function one(open) {
    let request = build(values, operations, actors, ++sent)
    if (values.chance(20)) request = break_it(values, request)
    const reused = open && !open.destroyed && request.sound
    if (!reused) open?.destroy()
    const socket = reused ? open : await connect(host, port)
    if (values.chance(2)) {
        // goes away in the middle
        socket.write(request.bytes.subarray(0, random(request.bytes.length)))
        await later(random(20))
        socket.resetAndDestroy()
        return
    }
    const answer = await exchange(socket, in_pieces(request.bytes), request.method, options.patience)
    const outcome = answer.status ?? (answer.closed ? 'closed' : answer.hangs ? 'hangs' : 'fault')
    statuses[outcome] = (statuses[outcome] ?? 0) + 1
    if (answer.hangs) complain(request, 'no answer, and not closed', answer)
    else if (answer.fault && request.sound) complain(request, answer.fault, answer)
    else if (answer.closed && request.sound && !reused) complain(request, 'closed without an answer', answer)
    else if (answer.status) {
        const wrong = judge(request, answer)
        if (wrong) complain(request, wrong, answer)
        if (answer.status < 300) reached.add(request.operation)
    }
    if (answer.endless || !request.sound) return void socket.destroy()
    if (answer.headers?.connection?.toLowerCase() !== 'close')
        return answer.rest?.length > 0 ? void complain(request, 'more than one answer', answer) : socket
    if (!(await until_closed(socket, options.patience))) complain(request, 'said that it closes, and did not', answer)
}

const end = Date.now() + options.seconds * 1000
await Promise.all(
    Array.from({ length: options.workers }, async () => {
        let open
        while (Date.now() < end) {
            try {
                open = await one(open)
            } catch (error) {
                complain({ bytes: Buffer.alloc(0), operation: '' }, error.code ?? error.stack)
                await later(50)
            }
        }
        open?.destroy()
    }),
)
fs.writeFileSync(options.tokens, [...issued].join('\n'))
console.log(
    JSON.stringify({
        sent,
        faults,
        kinds,
        statuses,
        operations: operations.length,
        never_reached: operations.map((operation) => operation.name).filter((name) => !reached.has(name)),
    }),
)
