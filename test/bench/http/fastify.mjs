// The same two routes as one usually writes them: Fastify, node-postgres, fast-jwt, one process. The token is verified here
// and again, for its organization, in the database; one transaction for each request, statements prepared once for each connection.
import { createRequire } from 'node:module'

const require = createRequire(`${process.env.BENCH_MODULES}/`)
const pg = require('pg')
const verify = require('fast-jwt').createVerifier({ key: process.env.BENCH_KEY, algorithms: ['HS256'], cache: true })

const pool = new pg.Pool({ max: Number(process.env.BENCH_POOL), user: 'rowhouse_service' })
const app = require('fastify')({ logger: false })

async function transaction(token, organization, name, text, values) {
    const client = await pool.connect()
    try {
        await client.query({ name: 'begin', text: 'BEGIN READ ONLY' })
        await client.query({
            name: 'context',
            text: "SELECT set_config('rowhouse.token', $1, true), set_config('rowhouse.organization', $2, true), set_config('statement_timeout', $3, true)",
            values: [token, organization, '30000'],
        })
        const { rows } = await client.query({ name, text, values })
        await client.query({ name: 'commit', text: 'COMMIT' })
        client.release()
        return rows[0].value
    } catch (error) {
        client.release(error)
        throw error
    }
}

app.addHook('onRequest', async (request, reply) => {
    const token = request.headers.authorization?.match(/^Bearer (\S+)$/)?.[1]
    try {
        verify(token)
        request.token = token
    } catch {
        return reply.code(401).send({ code: '28000' })
    }
})
app.get('/api/v1/me', (request) => transaction(request.token, '', 'me', 'SELECT rowhouse.me() AS value', []))
app.get('/api/v1/organizations/:organization/members', ({ token, params, query }) =>
    transaction(token, params.organization, 'members', 'SELECT rowhouse.list_members($1::int, $2::uuid) AS value', [
        query.limit,
        query.after,
    ]),
)

await app.listen({ host: '127.0.0.1', port: 0 })
console.log(app.server.address().port)
