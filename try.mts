import { deploy, KEY } from '/work/main/test/cloud/deployment.ts'
const t=Date.now()
const d = await deploy()
console.log('deployed', Date.now()-t, d.url)
for (const p of ['/healthz','/v1/local/projects','/'] ) { const r=await fetch(d.url+p,{headers:{Authorization:'Bearer '+KEY}}); console.log(p, r.status, (await r.text()).slice(0,200), Date.now()-t) }
await d.invoke(/^ReconcileHandler/)
console.log(await d.logs())
console.log(d.refused())
await d.stop()
process.exit()
