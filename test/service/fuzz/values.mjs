// Values: what a schema asks for, what is broken, and what is hostile. Everything comes from one seed.

// mulberry32
export function numbers(seed) {
    let state = seed >>> 0
    return (below) => {
        state = (state + 0x6d2b79f5) >>> 0
        let t = state
        t = Math.imul(t ^ (t >>> 15), t | 1)
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
        return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below)
    }
}

const hostile = [
    '',
    ' ',
    "'",
    '"',
    '\\',
    "' OR 1=1 --",
    "'; DROP TABLE rowhouse.members; --",
    '$1',
    '%s%n',
    '${7*7}',
    '{{7*7}}',
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '..\\..\\',
    '=1+1',
    '@SUM(A1)',
    '+1',
    '-1',
    '\0',
    'a\0b',
    '\x7f',
    '\r\nX-Injected: yes',
    '\n',
    '\t',
    '\u202e',
    '\ufeff',
    '\u0000',
    '\ud800',
    '\udfff',
    'e\u0301',
    '\u{1f600}',
    'ß',
    'İ',
    'ﬀ',
    'NULL',
    'null',
    'true',
    'undefined',
    'NaN',
    'Infinity',
    '-0',
    '1e999',
    '0x10',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775809',
    '2147483648',
    '99999999999999999999999999',
    '0.1',
    '1e-400',
    '00000000-0000-0000-0000-000000000000',
    '{00000000-0000-0000-0000-000000000000}',
    '2026-02-30',
    'infinity',
    '-infinity',
    'epoch',
    '294277-01-01',
    '4714-11-24 BC',
    'now',
    '{}',
    '[]',
    '{1,2}',
    'a=b&c=d',
    'a,b;c',
    'postgres',
    'pg_catalog.pg_authid',
    'rowhouse.accounts',
    'rowhouse_user',
    '(select 1)',
    'constructor',
    '__proto__',
]
const long = [
    'a'.repeat(255),
    'a'.repeat(256),
    'é'.repeat(2000),
    '\u{1f600}'.repeat(5000),
    'a'.repeat(70000),
    '%'.repeat(300),
    '('.repeat(3000),
]
const numbers_like = [0, 1, -1, 50, 2147483647, 2147483648, -2147483649, 1e15, 1e21, 0.5, -0.0, 1e308]

export class Values {
    constructor(random) {
        this.random = random
        this.learned = { uuid: [], batch: [], word: ['things', 'users'] }
    }
    one(list) {
        return list[this.random(list.length)]
    }
    chance(percent) {
        return this.random(100) < percent
    }
    // Every second request is honest in all of its parts: it gets further than one that is wrong somewhere.
    dare(percent) {
        return !this.honest && this.random(100) < percent
    }
    hostile() {
        return this.chance(8) ? this.one(long) : this.one(hostile)
    }
    hex(length) {
        return Array.from({ length }, () => this.random(16).toString(16)).join('')
    }
    uuid() {
        if (this.learned.uuid.length > 0 && this.chance(75)) return this.one(this.learned.uuid)
        return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-8${this.hex(3)}-${this.hex(12)}`
    }
    // What comes back is used again: ids that exist get further than those that do not.
    learn(text) {
        for (const id of text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)?.slice(0, 20) ?? [])
            this.remember(this.learned.uuid, id)
    }
    learn_batch(location) {
        const id = location.match(/[0-9a-f-]{36}$/)?.[0]
        if (id) this.remember(this.learned.batch, id)
    }
    remember(known, id) {
        if (known.length < 300) known.push(id)
        else known[this.random(known.length)] = id
    }
    email() {
        return `somebody-${this.random(5000)}@fuzz.example`
    }

    // By the name of a field as well as by its schema: a form of the value that gets far.
    good(name, schema = {}) {
        const type = Array.isArray(schema.type) ? this.one(schema.type) : schema.type
        if (schema.enum) return this.one(schema.enum)
        if (name === 'batch' && this.learned.batch.length > 0 && !this.dare(20)) return this.one(this.learned.batch)
        if (name === 'id' && this.about.includes('{resource}')) return 1 + this.random(60)
        if (name === 'record') return 1 + this.random(5)
        if (schema.format === 'uuid') return this.uuid()
        if (type === 'integer' || type === 'number') return this.random(200)
        if (type === 'boolean') return this.chance(50)
        if (type === 'null') return null
        if (type === 'array') return Array.from({ length: this.random(4) }, () => this.good(name, schema.items))
        if (type === 'object') return this.object(schema)
        if (name === 'email' && /login/.test(this.about)) return 'boss@fuzz.example'
        if (name === 'column') return this.one(['title', 'email', 'amount', 'first_name'])
        if (/email/.test(name)) return this.email()
        if (/password/.test(name)) return 'correct horse'
        if (/role/.test(name)) return this.one(['member', 'admin', 'viewer', 'owner'])
        if (/slug|client_id|^org$/.test(name))
            return /^org$/.test(name) || this.dare(20) ? 'one' : `org-${this.random(3000)}`
        if (/resource|target|table/.test(name)) return this.one(this.learned.word)
        if (/^id$|batch|after/.test(name)) return this.uuid()
        return `word ${this.random(1000)}`
    }
    object(schema = {}) {
        const made = {}
        for (const [name, inner] of Object.entries(schema.properties ?? {}))
            if (schema.required?.includes(name) || this.chance(50)) made[name] = this.good(name, inner)
        // Where the schema leaves the fields open: columns of what is there.
        if (!schema.properties) {
            const columns = this.about.includes('{resource}')
                ? { title: {}, amount: { type: 'number' }, done: { type: 'boolean' } }
                : { role: {}, first_name: {}, department: {} }
            for (const [name, inner] of Object.entries(columns))
                if (name === 'title' || this.chance(40)) made[name] = this.good(name, inner)
            if (this.dare(20)) made[this.hostile()] = this.json()
        }
        return made
    }
    json() {
        const kind = this.random(8)
        if (kind < 3) return this.hostile()
        if (kind === 3) return this.one(numbers_like)
        if (kind === 4) return this.one([true, false, null])
        if (kind === 5) return [this.hostile(), this.one(numbers_like), null]
        if (kind === 6) return { [this.hostile()]: this.hostile() }
        return this.good('x', { type: this.one(['string', 'integer', 'object', 'array']) })
    }
    value(name, schema) {
        return this.dare(25) ? this.json() : this.good(name, schema)
    }
}
