// Requests: from the operations of the OpenAPI document. A request is the bytes that are sent, and
// what is known of them: whether the framing is sound, so that the connection must stay in step.
import { bodies } from './bodies.mjs'

const latin = (text) => Buffer.from(text, 'latin1')
const encode = (text) =>
    [...Buffer.from(String(text))]
        .map((byte) =>
            /[\w.~-]/.test(String.fromCharCode(byte))
                ? String.fromCharCode(byte)
                : '%' + byte.toString(16).padStart(2, '0'),
        )
        .join('')

export function operations_of(document) {
    return Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => ({
            method: method.toUpperCase(),
            path,
            name: `${method.toUpperCase()} ${path}`,
            parameters: operation.parameters ?? [],
            content: operation.requestBody?.content,
            open: operation.security?.length === 0,
        })),
    )
}

function target(values, operation) {
    const value = (parameter) => values.value(parameter.name, parameter.schema)
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => {
        const text = String(value(operation.parameters.find((each) => each.name === name) ?? { name }))
        return !values.dare(4)
            ? encode(text)
            : values.one([
                  text.replace(/[\s?#\0-\x20\x7f-\uffff]/g, ''),
                  '%zz',
                  '%',
                  '%2f',
                  '%2e%2e',
                  '%00',
                  '.',
                  '..',
                  '',
              ])
    })
    const query = []
    for (const parameter of operation.parameters) {
        if (parameter.in !== 'query' || values.chance(50) || (values.honest && operation.method === 'POST')) continue
        if (parameter.schema.type === 'object') query.push(...table_query(values))
        else query.push(`${encode(parameter.name)}=${encode(value(parameter))}`)
        if (values.dare(5)) query.push(query.at(-1))
    }
    if (values.dare(5)) query.push(`${encode(values.hostile())}=${encode(values.hostile())}`)
    return (
        (values.dare(3) ? values.one(['//', '/./', '/%2e/', '/../']) : '') +
        path +
        (query.length ? '?' + query.join('&') : values.one(['', '', '', '?']))
    )
}

// select, order, limit, after, and column=operator.value
function table_query(values) {
    const column = () =>
        values.one([
            'id',
            'title',
            'amount',
            'day',
            'done',
            'organization_id',
            'no_such_column',
            'a"b',
            'rowhouse.members',
        ])
    return Array.from({ length: values.random(4) }, () =>
        values.one([
            () => `select=${encode([column(), column()].join(','))}`,
            () => `order=${encode(column() + values.one(['', '.asc', '.desc', '.desc.nullslast', '.x']))}`,
            () => `limit=${encode(values.one([1, 10, 0, -1, 1e9, 'x']))}`,
            () => `after=${encode(values.hostile())}`,
            () =>
                `${encode(column())}=${encode(values.one(['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'like', 'ilike', 'in', 'is', 'not.eq', 'zz', '']) + '.' + values.json())}`,
        ])(),
    )
}

function token_header(values, token) {
    const kind = values.random(20)
    if (kind < 15 || values.honest) return [`Bearer ${token}`]
    if (kind === 15) return []
    const [head, claims, signature] = token.split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    return values.one([
        [`Bearer ${none}.${claims}.`],
        [`Bearer ${head}.${claims}.${signature.split('').reverse().join('')}`],
        [`Bearer ${head}..${signature}`],
        ['Bearer x.y.z'],
        [`Bearer ${'a'.repeat(7000)}`],
        ['Basic dTpw'],
        ['Bearer'],
        [`Bearer ${token} ${token}`],
        [`Bearer ${token}`, `Bearer ${token}`],
        [`bearer  ${token}`],
        [`Bearer \xff\xfe`],
        [token],
    ])
}

// build -> {bytes, id, sound, method, operation}
export function build(values, operations, actors, number) {
    values.honest = values.chance(50)
    const operation = values.one(operations)
    values.about = operation.path
    const method = !values.dare(8)
        ? operation.method
        : values.one([
              'GET',
              'HEAD',
              'POST',
              'PUT',
              'PATCH',
              'DELETE',
              'OPTIONS',
              'TRACE',
              'CONNECT',
              'PROPFIND',
              'get',
              'X',
          ])
    const id = `fuzz-${number}`
    const headers = [
        ['Host', values.dare(5) ? values.hostile() : '127.0.0.1'],
        ['X-Request-Id', id],
    ]
    const actor = values.one(actors)
    for (const value of token_header(values, actor.token)) headers.push(['Authorization', value])
    let body = Buffer.alloc(0)
    if (operation.content || values.dare(6)) {
        const made = bodies(values, operation.content)
        body = made.body
        if (made.type) headers.push(['Content-Type', made.type])
    }
    if (values.chance(15))
        headers.push([
            'Accept',
            values.one(['text/csv', 'application/json', '*/*', 'text/event-stream', 'text/csv;q=0', ',;,', 'a/b;q=9']),
        ])
    if (values.dare(8))
        headers.push([
            'Origin',
            values.one(['https://evil.example', 'null', 'https://app.example.com', values.hostile()]),
        ])
    if (values.dare(8))
        headers.push([
            values.one([
                'Range',
                'Expect',
                'Content-Encoding',
                'Accept-Encoding',
                'If-Match',
                'X-Forwarded-For',
                'Cookie',
                'TE',
                'Upgrade',
                'X-HTTP-Method-Override',
                'Prefer',
            ]),
            values.one([
                'bytes=0-1',
                '100-continue',
                'gzip',
                '*',
                '127.0.0.1, 10.0.0.1',
                'DELETE',
                'h2c',
                values.hostile(),
            ]),
        ])
    const chunked = body.length > 0 && values.chance(15)
    if (chunked) headers.push(['Transfer-Encoding', 'chunked'])
    else if (body.length > 0 || values.chance(30)) headers.push(['Content-Length', String(body.length)])
    // A header's value as a client's library would let it out: no line breaks. Those come in break_it.
    const head =
        `${method} ${target(values, operation)} HTTP/1.1\r\n` +
        headers.map(([name, value]) => `${name}: ${value.replace(/[\r\n\0]/g, '')}\r\n`).join('') +
        '\r\n'
    const bytes = Buffer.concat([latin(Buffer.from(head).toString('latin1')), chunked ? in_chunks(values, body) : body])
    return {
        bytes,
        id,
        sound: true,
        actor,
        method,
        operation: operation.method === method ? operation.name : `${method} ${operation.path}`,
    }
}

function in_chunks(values, body) {
    const pieces = []
    for (let at = 0; at < body.length;) {
        const size = 1 + values.random(Math.min(body.length - at, 5000))
        pieces.push(
            latin(`${size.toString(16)}${values.chance(5) ? ';name=value' : ''}\r\n`),
            body.subarray(at, at + size),
            latin('\r\n'),
        )
        at += size
    }
    return Buffer.concat([...pieces, latin('0\r\n\r\n')])
}
