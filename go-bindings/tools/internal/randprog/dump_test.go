package randprog
import ("testing";"os";"strconv")
func TestDump(t *testing.T) { n,_:=strconv.Atoi(os.Getenv("SEED")); p,_:=Generate(uint64(n),3); for _,x:=range p { os.WriteFile("/tmp/"+x.Name+".go",[]byte(x.Text),0o666)} }
